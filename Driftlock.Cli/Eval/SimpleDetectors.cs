using System.IO.Compression;

namespace Driftlock.Cli.Eval;

/// <summary>What any other method would have to beat: the z-score of the window's size, and plain NCD with a threshold from normal windows.</summary>
internal sealed class SimpleDetectors
{
    private readonly double _meanBytes;
    private readonly double _deviation;
    private readonly double _ncdLimit;
    private readonly byte[] _reference;

    /// <param name="baseline">The lines before the first judged one.</param>
    public SimpleDetectors(IReadOnlyList<byte[]> baseline)
    {
        var windows = new List<byte[]>();
        for (var start = 0; start + WindowProbe.Window <= baseline.Count; start += WindowProbe.Hop)
            windows.Add(Join(baseline.Skip(start).Take(WindowProbe.Window)));
        _meanBytes = windows.Average(window => (double)window.Length);
        _deviation = Math.Sqrt(windows.Average(window => Math.Pow(window.Length - _meanBytes, 2))) + 1e-9;
        _reference = windows[^1];
        var past = windows.Take(windows.Count - 5).Select(window => Ncd(_reference, window)).Order().ToList();
        _ncdLimit = past[(int)(past.Count * 0.95)];
    }

    public bool ZScoreFlags(IEnumerable<byte[]> window) => Math.Abs(Join(window).Length - _meanBytes) / _deviation >= 1.96;

    public bool NcdFlags(IEnumerable<byte[]> window) => Ncd(_reference, Join(window)) > _ncdLimit;

    public static double Ncd(byte[] a, byte[] b)
    {
        var sizeA = Size(a);
        var sizeB = Size(b);
        return (double)(Size([.. a, .. b]) - Math.Min(sizeA, sizeB)) / Math.Max(sizeA, sizeB);
    }

    private static int Size(byte[] bytes)
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        BrotliEncoder.TryCompress(bytes, target, out var written, quality: 5, window: 22);
        return written;
    }

    private static byte[] Join(IEnumerable<byte[]> lines) => [.. lines.SelectMany(line => line.Append((byte)'\n'))];
}
