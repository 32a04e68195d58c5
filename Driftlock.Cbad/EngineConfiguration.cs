using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Driftlock.Cbad.Proof;

namespace Driftlock.Cbad;

/// <summary>
/// Everything a verdict depends on besides the events. A change is an entry in the event log, effective from its offset, and each
/// piece of evidence carries the configuration in force.
/// </summary>
public sealed record EngineConfiguration
{
    public const int LeastWindowEvents = 10;
    public const int MostWindowEvents = 200;
    public const int MostUtcOffsets = 64;
    public const int MostSessionKey = 200;

    private const int LongestTimeZone = 64;
    private const int LargestOffsetMinutes = 18 * 60;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Upper bound, in ]0, 1[, on the expected share of false alarms among all alarms of a partition and tenant.</summary>
    public double FalseDiscoveryRate { get; init; } = 0.05;

    /// <summary>Events judged together; 10 to 200, a multiple of 5.</summary>
    public int WindowEvents { get; init; } = 50;

    /// <summary>Events that a stream only learns from before its first judgement; at least four windows.</summary>
    public int BaselineEvents { get; init; } = 400;

    /// <summary>A window whose last event was received longer ago than this is judged short; nanoseconds, at least 1 ms.</summary>
    public long IdleWindowNano { get; init; } = 2_000_000_000;

    /// <summary>Key of the attribute whose value names the session that a log record belongs to; empty for its trace id. At most 200 characters.</summary>
    public string SessionKey
    {
        get;

        // Evidence of before this key existed leaves it out, and generated readers then give null.
        init => field = value ?? "";
    }
    = "";

    /// <summary>IANA name of the local time that <see cref="UtcOffsets"/> describes; for people, since verdicts rest on the numbers alone.</summary>
    public string TimeZone
    {
        get;
        init => field = value ?? "UTC"; // As SessionKey.
    }
    = "UTC";

    /// <summary>Local time, whose hours and weekdays metrics may follow: at most 64 entries, ascending; before the first the first holds; none: UTC.</summary>
    public IReadOnlyList<UtcOffset> UtcOffsets
    {
        get;
        init => field = value ?? []; // As SessionKey.
    }
    = [];

    /// <summary>Only windows with a p-value of at most this can become alarms, in ]0, 1]; none: the error budget alone decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaxPValue { get; init; }

    /// <summary>Alarms below it are suppressed: low, medium, high or critical; none: all are told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MinSeverity { get; init; }

    /// <summary>SHA-256 of <see cref="ToJson"/>, 64 lower-case hex digits.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(ToJson()));

    /// <summary>Canonical JSON: every key in this order, those that are null left out, no white space.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CbadJson.Default.EngineConfiguration);

    /// <summary>Keys that are absent keep their defaults.</summary>
    /// <exception cref="FormatException">Not JSON, a key that is unknown or stands twice, or a value out of range; the message names the key.</exception>
    public static EngineConfiguration Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            // Generated readers leave absent init properties at 0, so the given keys are laid over the defaults first.
            if (JsonNode.Parse(json, documentOptions: Strict) is not JsonObject given) throw new FormatException("the engine configuration must be a JSON object");
            var all = (JsonObject)JsonNode.Parse(new EngineConfiguration().ToJson())!;
            foreach (var (key, value) in given) all[key] = value?.DeepClone();
            var configuration = all.Deserialize(CbadJson.Default.EngineConfiguration)
                ?? throw new FormatException("the engine configuration is null");
            configuration.Validate();
            return configuration;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second where a text is no Unicode: broken UTF-8, or half of a surrogate pair.
            throw new FormatException($"the engine configuration cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>By their canonical JSON: lists have no equality of their own.</summary>
    public bool Equals(EngineConfiguration? other) => other is not null && ToJson().AsSpan().SequenceEqual(other.ToJson());

    public override int GetHashCode() => HashCode.Combine(FalseDiscoveryRate, WindowEvents, BaselineEvents, IdleWindowNano, TimeZone);

    /// <exception cref="FormatException">A value is out of range; the message names the key.</exception>
    public void Validate()
    {
        if (FalseDiscoveryRate is not (> 0 and < 1)) throw new FormatException("falseDiscoveryRate must lie between 0 and 1, both excluded");
        if (!IsWindow(WindowEvents))
            throw new FormatException("windowEvents must be a multiple of 5 from 10 to 200");
        if (BaselineEvents < 4 * WindowEvents || BaselineEvents > 1_000_000)
            throw new FormatException("baselineEvents must be at least four windows and at most 1000000");
        if (SessionKey.Length > MostSessionKey) throw new FormatException("sessionKey must have at most 200 characters");
        if (IdleWindowNano < 1_000_000) throw new FormatException("idleWindowNano must be at least 1000000 (a millisecond)");
        if (MaxPValue is not (null or (> 0 and <= 1))) throw new FormatException("maxPValue must lie between 0 (excluded) and 1");
        if (MinSeverity is not null && !Wording.SeverityNames.Contains(MinSeverity)) throw new FormatException($"minSeverity must be {string.Join(", ", Wording.SeverityNames)}");
        ValidateLocalTime();
    }

    internal static bool IsWindow(int events) => events is >= LeastWindowEvents and <= MostWindowEvents && events % 5 == 0;

    private void ValidateLocalTime()
    {
        if (TimeZone.Length is 0 or > LongestTimeZone || !TimeZone.All(character => char.IsAsciiLetterOrDigit(character) || "/_+-".Contains(character, StringComparison.Ordinal)))
            throw new FormatException($"timeZone must be an IANA name such as Europe/Berlin, of 1 to {LongestTimeZone} letters, digits, '/', '_', '+' and '-'");
        if (UtcOffsets.Count > MostUtcOffsets) throw new FormatException($"utcOffsets must be a list of at most {MostUtcOffsets} entries");
        for (var i = 0; i < UtcOffsets.Count; i++)
        {
            if (UtcOffsets[i].Minutes is < -LargestOffsetMinutes or > LargestOffsetMinutes)
                throw new FormatException($"utcOffsets[{i}].minutes must lie between -{LargestOffsetMinutes} and {LargestOffsetMinutes}; it is {UtcOffsets[i].Minutes}");
            if (i > 0 && UtcOffsets[i].FromUnixSeconds <= UtcOffsets[i - 1].FromUnixSeconds)
                throw new FormatException($"utcOffsets[{i}].fromUnixSeconds must be later than that of the entry before; it is {UtcOffsets[i].FromUnixSeconds}");
        }
    }
}
