using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Anomaly;

/// <summary>What the codec's figures mean.</summary>
public static class CompressionWords
{
    /// <summary>Distances closer than this are called the same: a byte more or less moves them that far.</summary>
    public const double Same = 0.005;

    public static string Distance(double ncd, double normal) => (ncd - normal) switch
    {
        > Same => "It shares less with its past than they do.",
        < -Same => "It shares no less with its past than they do: what is unusual stands in few places.",
        _ => "That is no difference: what is unusual is too small to show in the size of the whole window.",
    };

    public static string Permutations(int? times) => times is { } n
        ? $"Exchanging blocks of lines between window and baseline {Figures.Count(n)} times"
        : "Exchanging blocks of lines between window and baseline";

    public static string Codec(Compression compression)
    {
        var codec = string.Join(' ', new[] { compression.Codec, compression.CodecVersion }.Where(t => !string.IsNullOrEmpty(t)));
        var quality = compression.Quality is { } q ? $", quality {Figures.Number(q, 0)}" : "";
        var bytes = compression.BytesWindow is { } window
            ? $". Compressed bytes: window {Figures.Number(window, 0)}, baseline {Figures.Number(compression.BytesBaseline, 0)}, both {Figures.Number(compression.BytesBoth, 0)}"
            : "";
        return VisibleText.Of($"{codec}{quality}{bytes}.");
    }
}
