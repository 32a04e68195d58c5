using Driftlock.Cbad;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>One partition of injected streams as the engine judged it, and what other rules make of the same windows.</summary>
internal sealed class FdrRepeat
{
    private readonly List<JudgedWindow> _windows;

    public FdrRepeat(List<InjectedStream> streams, double level, SeededRandom random)
    {
        Streams = streams;
        _windows = SharedPartition.Judge([.. streams.Select(stream => stream.Lines)], level, random);
        Shipped = Of(window => window.Kind == VerdictKind.Anomaly);
        Rejected = Of(window => window.Kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
        var pValues = _windows.ConvertAll(window => window.PValue);
        var limit = DetectionMeasures.BenjaminiHochberg(pValues, level);
        var lord = LordPlusPlus.Reject(pValues, level);
        var baseline = new EngineConfiguration().BaselineEvents;
        var simple = streams.ConvertAll(stream => new SimpleDetectors(stream.Lines[..baseline]));
        Baselines =
        [
            ("random", Of(_ => random.Unit() < level)),
            ("flagAll", Of(_ => true)),
            ("zScore", Of(window => simple[window.Stream].ZScoreFlags(Lines(window)))),
            ("ncd", Of(window => simple[window.Stream].NcdFlags(Lines(window)))),
            ("fixed05", Of(window => window.PValue <= 0.05)),
            ("fixed001", Of(window => window.PValue <= 0.001)),
            ("benjaminiHochberg", Of(window => window.PValue <= limit)),
            ("lordPlusPlus", Discoveries.Count(streams, _windows, i => lord[i])),
        ];
    }

    public IReadOnlyList<InjectedStream> Streams { get; }

    /// <summary>Anomalies: what the user is told.</summary>
    public Discoveries Shipped { get; }

    /// <summary>Anomalies and what was suppressed as the same episode going on.</summary>
    public Discoveries Rejected { get; }

    /// <summary>By rules that are not ours, on our p-values or without them.</summary>
    public (string Name, Discoveries Found)[] Baselines { get; }

    public int Windows => _windows.Count;

    /// <summary>Judged windows that hold a line of an episode.</summary>
    public int Positive => _windows.Count(window => Streams[window.Stream].IsHitBy(window));

    /// <summary>Windows of the streams of one log that were alarms and should not have been.</summary>
    public int FalseAlarms(string log) => _windows.Count(window =>
        window.Kind == VerdictKind.Anomaly && Streams[window.Stream].Log == log && !Streams[window.Stream].IsHitBy(window));

    private Discoveries Of(Func<JudgedWindow, bool> isFlagged) => Discoveries.Count(Streams, _windows, i => isFlagged(_windows[i]));

    private byte[][] Lines(JudgedWindow window) => Streams[window.Stream].Lines[(int)window.First..(int)window.End];
}
