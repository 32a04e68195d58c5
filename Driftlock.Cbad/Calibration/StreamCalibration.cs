using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Calibration;

/// <summary>
/// The past windows of one stream and what a new window's p-value is among them. Past windows are taken every fifth of a window
/// over the stream's events, whatever windows were judged, and only those that ended before the judged window began.
/// </summary>
internal sealed class StreamCalibration
{
    public const int HopsPerWindow = 5;

    public const double LeastKappa = 0.87;

    private const double Forget = 0.97;
    private const double Prior = 20;
    private const double MostSurprise = 8;

    private readonly WindowStatistics[] _blocks = new WindowStatistics[HopsPerWindow];
    private readonly WindowStatistics[] _pending = new WindowStatistics[HopsPerWindow];
    private readonly double[] _pendingSurprise = new double[HopsPerWindow];
    private WindowStatistics _block;
    private long _events;
    private double _surprise;
    private double _age;

    public ScoreHistory[] Histories { get; } = [.. Enumerable.Range(0, WindowStatistics.Kinds).Select(_ => new ScoreHistory())];

    public long Windows => Histories[0].Count;

    /// <summary>
    /// Power to which raw p-values are taken: 1 / kappa. kappa grows when past p-values were smaller than chance allows, and falls below
    /// 1 where they were larger, as they must be for a minimum over statistics that mostly agree.
    /// </summary>
    public double Kappa => Math.Max(LeastKappa, (Prior + _surprise) / (Prior + _age));

    public static long Bytes => (WindowStatistics.Kinds * ScoreHistory.Bytes) + 256;

    /// <summary>Adds a scored event; true when it completes a hop, a fifth of the window, which <see cref="CloseHop"/> has to end.</summary>
    public bool Learn(in Logs.LineScore line, int hop)
    {
        _block = _block.With(line);
        return ++_events % hop == 0;
    }

    /// <param name="hop">Events of a hop.</param>
    /// <param name="skip">Events of the cold start.</param>
    /// <param name="repetition">Of the last five hops' lines.</param>
    /// <param name="absence">At their end.</param>
    public void CloseHop(int hop, long skip, int repetition, int absence)
    {
        var block = _events / hop;
        _blocks[block % HopsPerWindow] = _block;
        _block = default;
        if (_events - (hop * HopsPerWindow) < skip) return;
        var window = default(WindowStatistics);
        foreach (var part in _blocks) window = window.With(part);
        window = window with { Repetition = repetition, Absence = absence };
        // The window that ended five hops ago no longer overlaps the newest one: from now on it is past.
        var slot = block % HopsPerWindow;
        if (_events - (2 * hop * HopsPerWindow) >= skip) Remember(_pending[slot], _pendingSurprise[slot]);
        _pendingSurprise[slot] = -ExactMath.Log(Rank(window).Raw);
        _pending[slot] = window;
    }

    /// <summary>Each statistic among the stream's past, the weighted Bonferroni minimum and what the budget is given.</summary>
    public WindowRanking Rank(in WindowStatistics window)
    {
        Span<double> pValues = stackalloc double[WindowStatistics.Kinds];
        Span<double> budgetPValues = stackalloc double[WindowStatistics.Kinds];
        var extrapolated = false;
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++)
        {
            var history = Histories[kind];
            var value = window[kind];
            var atLeast = history.AtLeast(value);
            pValues[kind] = TailProbability.Of(
                value, history.Largest, history.Count, atLeast, history.Positive, WindowStatistics.Units[kind], WindowStatistics.TailPowers[kind], out var beyond);
            budgetPValues[kind] = WindowRanking.BudgetTail(kind, pValues[kind], window, history.Largest, history.Count, atLeast, history.Positive);
            extrapolated |= beyond;
        }
        return WindowRanking.Combine(pValues, budgetPValues, Kappa, extrapolated);
    }

    public double PValue(in WindowStatistics window) => Rank(window).PValue;

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_events);
        target.WriteDouble(_surprise);
        target.WriteDouble(_age);
        _block.Save(target);
        for (var i = 0; i < HopsPerWindow; i++)
        {
            _blocks[i].Save(target);
            _pending[i].Save(target);
            target.WriteDouble(_pendingSurprise[i]);
        }
        foreach (var history in Histories) history.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _events = (long)Varint.Read(ref source);
        _surprise = Varint.ReadDouble(ref source);
        _age = Varint.ReadDouble(ref source);
        _block = WindowStatistics.Load(ref source);
        for (var i = 0; i < HopsPerWindow; i++)
        {
            _blocks[i] = WindowStatistics.Load(ref source);
            _pending[i] = WindowStatistics.Load(ref source);
            _pendingSurprise[i] = Varint.ReadDouble(ref source);
        }
        foreach (var history in Histories) history.Load(ref source);
    }

    private void Remember(in WindowStatistics window, double surprise)
    {
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++) Histories[kind].Add(window[kind]);
        _surprise = (_surprise * Forget) + Math.Min(surprise, MostSurprise);
        _age = (_age * Forget) + 1;
    }
}
