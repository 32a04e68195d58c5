using System.Text.Json;

namespace Driftlock.Cbad;

/// <summary>A stretch of a tenant's chain of evidence, as the API gives it and `driftlock verify` reads it.</summary>
/// <param name="Format"><see cref="CurrentFormat"/>.</param>
/// <param name="Tenant">Part of every hash.</param>
/// <param name="Items">In order of position.</param>
/// <param name="NextCursor">Where the next stretch begins; null at the head of the chain.</param>
public sealed record EvidenceLinks(string Format, int Tenant, IReadOnlyList<EvidenceLink> Items, string? NextCursor)
{
    public const string CurrentFormat = "driftlock-chain/1";

    /// <summary>True when this is a JSON object that says it is a chain.</summary>
    public static bool IsChain(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String && format.ValueEquals(CurrentFormat);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second where a text is no Unicode: broken UTF-8, or half of a surrogate pair.
            return false;
        }
    }

    /// <exception cref="FormatException">Not JSON, or not a chain; the message says where.</exception>
    public static EvidenceLinks Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CbadJson.Default.EvidenceLinks) ?? throw new FormatException("the chain is null");
        }
        catch (JsonException failure)
        {
            throw new FormatException($"this is not a chain of evidence: {failure.Message}", failure);
        }
    }
}
