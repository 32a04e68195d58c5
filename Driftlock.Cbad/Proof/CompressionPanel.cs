using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Proof;

/// <summary>
/// What a real codec says, on blocks of equal size: the window W, the nearest normal window B and another normal window N. NCD between
/// unequal sizes measures the sizes, so lines are repeated or left out until all have as many lines as W.
/// </summary>
internal static class CompressionPanel
{
    public const string Codec = "brotli";
    public const int Quality = 1;

    private const int Window = 16;
    private const int Permutations = 39;
    private const int BlocksPerWindow = 5;

    /// <summary>Brotli ships with the runtime, so the runtime's version is the codec's.</summary>
    public static string CodecVersion => string.Create(CultureInfo.InvariantCulture, $".NET {Environment.Version}");

    /// <summary>Of the permutations of a window: every window its own, and the same from its evidence.</summary>
    public static ulong Seed(ulong stream, long firstEvent) => stream ^ (ulong)firstEvent;

    /// <exception cref="FormatException">The stream's id is not hex digits.</exception>
    public static ulong SeedOf(Evidence evidence) =>
        Seed(ulong.Parse(evidence.Stream.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), evidence.Window.FirstEvent);

    public static CompressionFigures Measure(IReadOnlyList<string> window, IReadOnlyList<NearestNormal> normals, ulong seed)
    {
        var w = Join(window);
        var b = normals.Count > 0 ? Join(Sized(normals[0].Lines, window.Count)) : [];
        var n = normals.Count > 1 ? Join(Sized(normals[1].Lines, window.Count)) : b;
        int sizeW = Size(w), sizeB = Size(b), sizeN = Size(n), both = Size([.. b, .. w]), bothNormal = Size([.. b, .. n]);
        return new CompressionFigures
        {
            Codec = Codec,
            CodecVersion = CodecVersion,
            Quality = Quality,
            Ncd = Ratio(both - Math.Min(sizeB, sizeW), Math.Max(sizeB, sizeW)),
            NcdNormal = Ratio(bothNormal - Math.Min(sizeB, sizeN), Math.Max(sizeB, sizeN)),
            ConditionalNovelty = Ratio(both - sizeB, sizeW),
            DeltaBits = 8.0 * (both - bothNormal),
            RatioWindow = Ratio(w.Length, sizeW),
            RatioBaseline = Ratio(b.Length, sizeB),
            BytesBaseline = sizeB,
            BytesWindow = sizeW,
            BytesBoth = both,
            Permutations = normals.Count > 1 ? Permutations : 0,
            PermutationPValue = normals.Count > 1 ? Permute(window, normals, both - sizeB, b, seed) : 1,
            Seed = seed.ToString("x16", CultureInfo.InvariantCulture),
        };
    }

    // Is the window harder to compress after B than blocks drawn from window and normals together? Blocks of consecutive lines keep
    // the dependence between neighbours, which single lines would not.
    private static double Permute(IReadOnlyList<string> window, IReadOnlyList<NearestNormal> normals, int observed, byte[] baseline, ulong seed)
    {
        var random = new SeededRandom(seed);
        var blocks = Blocks(window);
        foreach (var normal in normals.Skip(1)) blocks.AddRange(Blocks(Sized(normal.Lines, window.Count)));
        var pool = blocks.ToArray();
        var size = Size(baseline);
        var atLeast = 0;
        var text = new ByteBuffer((2 * baseline.Length) + 256);
        for (var i = 0; i < Permutations; i++)
        {
            random.Shuffle(pool.AsSpan());
            text.Clear();
            text.WriteRaw(baseline);
            foreach (var block in pool.AsSpan(0, BlocksPerWindow)) text.WriteRaw(block);
            if (Size(text.Written) - size >= observed) atLeast++;
        }
        return (1.0 + atLeast) / (1.0 + Permutations);
    }

    private static List<byte[]> Blocks(IReadOnlyList<string> lines)
    {
        var each = Math.Max(1, (lines.Count + BlocksPerWindow - 1) / BlocksPerWindow);
        return [.. lines.Chunk(each).Select(Join)];
    }

    private static IReadOnlyList<string> Sized(IReadOnlyList<string> lines, int count) =>
        lines.Count == 0 ? lines : [.. Enumerable.Range(0, count).Select(i => lines[i % lines.Count])];

    private static byte[] Join(IReadOnlyList<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");

    private static double Ratio(double over, double under) => under <= 0 ? 0 : over / under;

    private static int Size(ReadOnlySpan<byte> bytes)
    {
        var target = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length) + 64);
        var written = BrotliEncoder.TryCompress(bytes, target, out var size, Quality, Window) ? size : bytes.Length;
        ArrayPool<byte>.Shared.Return(target);
        return written;
    }
}
