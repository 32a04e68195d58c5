using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Calibration;

/// <summary>
/// What is ranked about a window: its most surprising header, its most foreign new line, the trouble it talks of, its errors, the same
/// line over and over, and what no longer comes.
/// </summary>
/// <param name="Header">Largest header code length, units of 1/65,536 bit.</param>
/// <param name="Content">Largest <see cref="LineScore.Foreignness"/>, units of 1/65,536 bit.</param>
/// <param name="Trouble">Sum over new lines of squared words for trouble.</param>
/// <param name="Errors">Lines, new or known, that their sender declared an error or worse.</param>
/// <param name="Repetition"><see cref="RecentLines.Repetition"/> of the window's lines.</param>
/// <param name="Absence"><see cref="RegularLines.Absence"/> at its end.</param>
internal readonly record struct WindowStatistics(int Header, int Content, int Trouble, int Errors, int Repetition, int Absence)
{
    public const int Kinds = 6;

    /// <summary>Indices of the statistics that no single line stands for.</summary>
    public const int ErrorsKind = 3;
    public const int RepetitionKind = 4;
    public const int AbsenceKind = 5;

    // Arrays: a span over constants costs an allocation each time in unoptimised code.
    private static readonly double[] WeightTable = [0.06, 0.46, 0.417, 0.003, 0.04, 0.02];
    private static readonly int[] TailPowerTable = [10, 10, 5, 10, 10, 10];
    private static readonly double[] UnitTable = [FixedLog.One, FixedLog.One, 1, 1, 1, FixedLog.One];

    public static ReadOnlySpan<double> Weights => WeightTable;

    /// <summary>Code lengths and counts of lines (bounded by the window) have thin tails (shape 1/10), the others do not (1/5).</summary>
    public static ReadOnlySpan<int> TailPowers => TailPowerTable;

    public static ReadOnlySpan<double> Units => UnitTable;

    public static IReadOnlyList<string> Names { get; } = ["header", "content", "severity", "errors", "repetition", "absence"];

    public static IReadOnlyList<string> Labels { get; } =
        ["most surprising record shape (bits)", "most foreign new message (bits; text, shape, words and moment on one scale)", "new messages that speak of trouble",
        "lines that their sender calls an error", "the same line over and over (times beyond the first)", "a regular message that no longer comes (bits)"];

    public int this[int kind] => kind switch { 0 => Header, 1 => Content, 2 => Trouble, 3 => Errors, 4 => Repetition, _ => Absence };

    /// <summary>Adds a line to what can be summed line by line.</summary>
    public WindowStatistics With(in LineScore line) => this with
    {
        Header = Math.Max(Header, line.Header),
        Content = Math.Max(Content, line.Foreignness),
        Trouble = Trouble + line.Trouble,
        Errors = Errors + line.Errors,
    };

    /// <summary>Joins two stretches; repetition and absence are not those of both together and have to be set.</summary>
    public WindowStatistics With(in WindowStatistics other) =>
        new(Math.Max(Header, other.Header), Math.Max(Content, other.Content), Trouble + other.Trouble, Errors + other.Errors, 0, 0);

    /// <summary>The larger of each.</summary>
    public WindowStatistics Most(in WindowStatistics other) =>
        new(Math.Max(Header, other.Header), Math.Max(Content, other.Content), Math.Max(Trouble, other.Trouble), Math.Max(Errors, other.Errors),
            Math.Max(Repetition, other.Repetition), Math.Max(Absence, other.Absence));

    /// <summary>True when <paramref name="other"/> is larger in nothing. Never for all zeros, which stands for no episode.</summary>
    public bool Covers(in WindowStatistics other) => this != default && Most(other) == this;

    public void Save(ByteBuffer target)
    {
        for (var kind = 0; kind < Kinds; kind++) target.WriteVarint((ulong)this[kind]);
    }

    public static WindowStatistics Load(scoped ref ReadOnlySpan<byte> source) => new(
        (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source),
        (int)Varint.Read(ref source), (int)Varint.Read(ref source));
}
