using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Calibration;

/// <summary>What is ranked about a window: its most surprising header, its most foreign new line, the trouble it talks of, and its errors.</summary>
/// <param name="Header">Largest header code length, units of 1/65,536 bit.</param>
/// <param name="Content">Largest <see cref="LineScore.Foreignness"/>, units of 1/65,536 bit.</param>
/// <param name="Trouble">Sum over new lines of squared words for trouble.</param>
/// <param name="Errors">Lines, new or known, that their sender declared an error or worse.</param>
internal readonly record struct WindowStatistics(int Header, int Content, int Trouble, int Errors)
{
    public const int Kinds = 4;

    /// <summary>Index of <see cref="Errors"/>.</summary>
    public const int ErrorsKind = 3;

    // Arrays: a span over constants costs an allocation each time in unoptimised code.
    private static readonly double[] WeightTable = [0.20, 0.45, 0.29, 0.06];
    private static readonly int[] TailPowerTable = [10, 10, 5, 10];
    private static readonly double[] UnitTable = [FixedLog.One, FixedLog.One, 1, 1];

    public static ReadOnlySpan<double> Weights => WeightTable;

    /// <summary>Code lengths and counts of lines (bounded by the window) have thin tails (shape 1/10), squared words do not (1/5).</summary>
    public static ReadOnlySpan<int> TailPowers => TailPowerTable;

    public static ReadOnlySpan<double> Units => UnitTable;

    public static IReadOnlyList<string> Names { get; } = ["header", "content", "severity", "errors"];

    public static IReadOnlyList<string> Labels { get; } =
        ["most surprising record shape (bits)", "most foreign new message (bits, text and shape on one scale)", "new messages that speak of trouble",
        "lines that their sender calls an error"];

    public int this[int kind] => kind switch { 0 => Header, 1 => Content, 2 => Trouble, _ => Errors };

    public WindowStatistics With(in LineScore line) =>
        new(Math.Max(Header, line.Header), Math.Max(Content, line.Foreignness), Trouble + line.Trouble, Errors + line.Errors);

    public WindowStatistics With(in WindowStatistics other) =>
        new(Math.Max(Header, other.Header), Math.Max(Content, other.Content), Trouble + other.Trouble, Errors + other.Errors);

    /// <summary>The larger of each.</summary>
    public WindowStatistics Most(in WindowStatistics other) =>
        new(Math.Max(Header, other.Header), Math.Max(Content, other.Content), Math.Max(Trouble, other.Trouble), Math.Max(Errors, other.Errors));

    /// <summary>True when <paramref name="other"/> is larger in nothing. Never for all zeros, which stands for no episode.</summary>
    public bool Covers(in WindowStatistics other) =>
        this != default && other.Header <= Header && other.Content <= Content && other.Trouble <= Trouble && other.Errors <= Errors;

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Header);
        target.WriteVarint((ulong)Content);
        target.WriteVarint((ulong)Trouble);
        target.WriteVarint((ulong)Errors);
    }

    public static WindowStatistics Load(scoped ref ReadOnlySpan<byte> source) =>
        new((int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source));
}
