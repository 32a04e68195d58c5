using System.Text.Json.Serialization;

namespace Driftlock.Cbad;

/// <summary>
/// The proof of one anomaly: enough to recompute every bit, the p-value and the decision with nothing else. Written and read by
/// <see cref="EvidenceJson"/>, checked by <see cref="EvidenceVerifier"/>. Properties are in canonical order: it is what is hashed.
/// </summary>
public sealed record Evidence
{
    public const string CurrentFormat = "driftlock-evidence-1";

    public required string Format { get; init; }

    /// <summary><see cref="PartitionEngine.Version"/> of the engine that decided.</summary>
    public required string Engine { get; init; }

    public required EngineConfiguration Configuration { get; init; }

    /// <summary><see cref="EngineConfiguration.Hash"/>.</summary>
    public required string ConfigurationHash { get; init; }

    public required EvidenceSource Stream { get; init; }

    public required EvidencePosition Position { get; init; }

    public required EvidenceWindow Window { get; init; }

    /// <summary>What a log stream's model knew before the window; null for sessions and for other signals.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceModel? Model { get; init; }

    /// <summary>What a metric stream's models knew before the window; null for other signals.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceSeries? Series { get; init; }

    /// <summary>What was known of the operations before the spans came; null for other signals.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceSpans? Spans { get; init; }

    /// <summary>What was known of a log stream's sessions before the one that was judged; null for windows and for other signals.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceSession? Session { get; init; }

    /// <summary>Set where a service fell silent: there is no event to judge.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceSilence? Silence { get; init; }

    /// <summary>Set where a number drifted away from its pinned baseline, block by block: no single window shows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceDrift? Drift { get; init; }

    /// <summary>Set where the metrics of a resource no longer fit together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceResource? Resource { get; init; }

    public required EvidenceCalibration Calibration { get; init; }

    public required EvidenceBudget Budget { get; init; }

    public required Explanation Explanation { get; init; }

    /// <summary>SHA-256, lower-case hex, of the canonical bytes without this field and without the signature.</summary>
    public string ContentHash
    {
        get;

        // A bundle that leaves it out gives null.
        init => field = value ?? "";
    }
    = "";

    /// <summary>Set by whoever keeps the signing key; the engine does not sign.</summary>
    public EvidenceSignature? Signature { get; init; }
}

/// <param name="Id">16 hex digits.</param>
/// <param name="Signal">logs, metrics or traces.</param>
/// <param name="Service">service.name of the resource.</param>
/// <param name="Name">Logs: scope name. Metrics: metric name and attributes. Traces: span name.</param>
/// <param name="Tenant">The tenant.</param>
public sealed record EvidenceSource(string Id, string Signal, string Service, string Name, int Tenant);

/// <summary>Where the window was closed: see <see cref="Verdict"/>.</summary>
public sealed record EvidencePosition(int Partition, long Offset, int Ordinal);

/// <summary>The judged events. Times are decimal text, because JSON numbers lose nanoseconds.</summary>
public sealed record EvidenceWindow
{
    public required long FirstEvent { get; init; }

    public required int EventCount { get; init; }

    /// <summary>Events that close a window of this stream; <see cref="EventCount"/> is less where it fell silent.</summary>
    public required int WindowEvents { get; init; }

    public required string FirstTimeUnixNano { get; init; }

    public required string LastTimeUnixNano { get; init; }

    /// <summary>
    /// The events as judged, base64 (layout: Events/EventWriter): log records as in the log, cut to a size; metric points with the numbers of
    /// <see cref="EvidenceSeries.Channels"/>; spans as Traces/JudgedSpan or Traces/SpanFacts write them. Of a session, <see cref="EvidenceStep.Text"/> says
    /// which records these are themselves.
    /// </summary>
    public required byte[] Events { get; init; }

    /// <summary>SHA-256 of <see cref="Events"/>, lower-case hex.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>ECDSA over P-256 with SHA-256, IEEE P1363 form, over the UTF-8 bytes of <see cref="Evidence.ContentHash"/>.</summary>
/// <param name="Algorithm">ecdsa-p256-sha256.</param>
/// <param name="KeyId">First 16 hex digits of the SHA-256 of the public key's SubjectPublicKeyInfo.</param>
/// <param name="Value">64 bytes, base64.</param>
public sealed record EvidenceSignature(string Algorithm, string KeyId, byte[] Value)
{
    public const string EcdsaP256Sha256 = "ecdsa-p256-sha256";
}
