using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>One line of a window with its score and where its bits lie in the body.</summary>
internal sealed record ScoredLine(LineScore Score, BitTrace Trace, byte[] Encoded)
{
    public EventView View => EventReader.Decode(Signal.Logs, Encoded);
}

/// <summary>A window scored again from a bundle's counts, line by line and byte by byte, by the same code that judged it.</summary>
internal sealed record ScoredWindow(IReadOnlyList<ScoredLine> Lines, WindowStatistics Statistics, long Bits)
{
    public static ScoredWindow Score(EvidenceModel model, ReadOnlySpan<byte> events)
    {
        var rebuilt = PreWindowModel.Rebuild(model);
        var lines = new List<ScoredLine>();
        var statistics = default(WindowStatistics);
        long bits = 0;
        var reader = new EventReader(Signal.Logs, events);
        while (reader.Next(out var view))
        {
            var trace = new BitTrace();
            var score = rebuilt.ScoreAndLearn(view, 0, trace);
            statistics = statistics.With(score);
            bits += score.TotalBits;
            lines.Add(new ScoredLine(score, trace, view.Encoded.ToArray()));
        }
        return new ScoredWindow(lines, statistics, bits);
    }

    public static double ToBits(long units) => units / (double)FixedLog.One;
}
