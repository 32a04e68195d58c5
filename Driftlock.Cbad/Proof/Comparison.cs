using System.Globalization;
using System.Text.Json;

namespace Driftlock.Cbad.Proof;

/// <summary>Notes where a bundle states something else than what comes out when it is computed again.</summary>
internal sealed class Comparison
{
    public List<VerificationDifference> Differences { get; } = [];

    /// <summary>What could not be compared here.</summary>
    public List<string> Notes { get; } = [];

    public void Compare<T>(string what, T stated, T recomputed)
    {
        if (EqualityComparer<T>.Default.Equals(stated, recomputed)) return;
        Differences.Add(new VerificationDifference(what, Text(stated), Text(recomputed)));
    }

    public void Compare(EvidenceCalibration stated, EvidenceCalibration recomputed) => Compare(
        "calibration", JsonSerializer.SerializeToElement(stated, CbadJson.Default.EvidenceCalibration),
        JsonSerializer.SerializeToElement(recomputed, CbadJson.Default.EvidenceCalibration));

    public void Compare(Explanation stated, Explanation recomputed)
    {
        if (stated.Compression.CodecVersion != CompressionPanel.CodecVersion)
        {
            Notes.Add(
                $"compression figures were made with {stated.Compression.Codec} of {stated.Compression.CodecVersion}, not compared with {CompressionPanel.CodecVersion} here");
            recomputed = recomputed with { Compression = stated.Compression };
        }
        Compare("explanation", JsonDocument.Parse(EvidenceJson.WriteExplanation(stated)).RootElement, JsonDocument.Parse(EvidenceJson.WriteExplanation(recomputed)).RootElement);
    }

    private void Compare(string what, JsonElement stated, JsonElement recomputed)
    {
        if (JsonElement.DeepEquals(stated, recomputed)) return;
        if (stated.ValueKind == JsonValueKind.Object && recomputed.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in recomputed.EnumerateObject())
                Compare($"{what}.{property.Name}", stated.TryGetProperty(property.Name, out var given) ? given : default, property.Value);
        }
        else if (stated.ValueKind == JsonValueKind.Array && recomputed.ValueKind == JsonValueKind.Array && stated.GetArrayLength() == recomputed.GetArrayLength())
        {
            for (var i = 0; i < stated.GetArrayLength(); i++) Compare($"{what}[{i}]", stated[i], recomputed[i]);
        }
        else
        {
            Differences.Add(new VerificationDifference(what, stated.ValueKind == JsonValueKind.Undefined ? "nothing" : stated.GetRawText(), recomputed.GetRawText()));
        }
    }

    public static string Text<T>(T value) => value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value?.ToString() ?? "null";
}
