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

/// <param name="Lines">In order.</param>
/// <param name="Statistics">Of the window.</param>
/// <param name="Bits">Of all lines, units of 1/65,536 bit.</param>
/// <param name="Missing">The template or text whose absence is the most surprising, as of the window's end; default when none is.</param>
/// <summary>A window scored again from a bundle's counts, line by line and byte by byte, by the same code that judged it.</summary>
internal sealed record ScoredWindow(IReadOnlyList<ScoredLine> Lines, WindowStatistics Statistics, long Bits, RegularLine Missing)
{
    public static ScoredWindow Score(EvidenceModel model, ReadOnlySpan<byte> events, int windowEvents)
    {
        if (windowEvents is < 1 or > EngineConfiguration.MostWindowEvents) throw new FormatException($"window.windowEvents: {windowEvents}");
        var rebuilt = PreWindowModel.Rebuild(model);
        var regular = PreWindowModel.RebuildRegular(model);
        var recent = new RecentLines(windowEvents);
        var lines = new List<ScoredLine>();
        var statistics = default(WindowStatistics);
        long bits = 0;
        var reader = new EventReader(Signal.Logs, events);
        while (reader.Next(out var view))
        {
            var trace = new BitTrace();
            var score = rebuilt.ScoreAndLearn(view, 0, trace);
            statistics = statistics.With(score);
            regular.Add(score, recent.Add(view), model.PastLines + lines.Count, 0);
            bits += score.TotalBits;
            lines.Add(new ScoredLine(score, trace, view.Encoded.ToArray()));
        }
        if (lines.Count > windowEvents) throw new FormatException($"window: {lines.Count} events; the configuration says {windowEvents}");
        statistics = statistics with
        {
            Repetition = recent.Repetition(lines.Count),
            Absence = regular.Absence(model.PastLines + lines.Count, windowEvents, out var missing),
        };
        return new ScoredWindow(lines, statistics, bits, missing);
    }

    public static double ToBits(long units) => units / (double)FixedLog.One;
}
