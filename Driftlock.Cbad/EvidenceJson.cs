using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Driftlock.Cbad.Settings;

namespace Driftlock.Cbad;

/// <summary>The one way evidence is written: the same evidence always gives the same bytes.</summary>
public static class EvidenceJson
{
    // Log lines are full of '<', '&' and quotes; escaping them all would only bloat a file that is never pasted into HTML unescaped.
    private static readonly CbadJson Context = new(new JsonSerializerOptions(CbadJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Canonical bytes, UTF-8.</summary>
    public static byte[] Write(Evidence evidence) => JsonSerializer.SerializeToUtf8Bytes(evidence, Context.Evidence);

    /// <exception cref="FormatException">Not JSON, not evidence, or of a format that this version does not know.</exception>
    public static Evidence Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var evidence = JsonSerializer.Deserialize(json, Context.Evidence) ?? throw new FormatException("the evidence is null");
            if (evidence.Format != Evidence.CurrentFormat)
                throw new FormatException($"evidence of format '{evidence.Format}'; this version reads '{Evidence.CurrentFormat}'");
            return evidence;
        }
        catch (JsonException failure)
        {
            throw new FormatException($"this is not evidence: {failure.Message}", failure);
        }
    }

    /// <summary>Puts a signature into a bundle as the engine wrote it, without reading the rest: bundles of earlier versions are signed the same way.</summary>
    /// <exception cref="FormatException">The bundle does not end where an unsigned one does.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> json, EvidenceSignature signature)
    {
        var unsigned = "\"signature\":null}"u8;
        if (!json.EndsWith(unsigned)) throw new FormatException("this is not an unsigned bundle of evidence");
        return [.. json[..^"null}"u8.Length], .. JsonSerializer.SerializeToUtf8Bytes(signature, Context.EvidenceSignature), (byte)'}'];
    }

    /// <summary>The explanation alone, in the same form as inside the evidence.</summary>
    public static byte[] WriteExplanation(Explanation explanation) => JsonSerializer.SerializeToUtf8Bytes(explanation, Context.Explanation);

    /// <summary>SHA-256, lower-case hex, over the canonical bytes without content hash and signature.</summary>
    public static string HashContent(Evidence evidence) =>
        Convert.ToHexStringLower(SHA256.HashData(Write(evidence with { ContentHash = "", Signature = null })));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowTrailingCommas = false,
    RespectNullableAnnotations = true,
    Converters = [typeof(FiniteNumber), typeof(ListWithoutNull)],
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EngineConfiguration))]
[JsonSerializable(typeof(Evidence))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(EvidenceCalibration))]
[JsonSerializable(typeof(EvidenceLinks))]
[JsonSerializable(typeof(TenantSettings))]
internal sealed partial class CbadJson : JsonSerializerContext;
