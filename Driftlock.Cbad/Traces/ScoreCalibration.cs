using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Ranks several scores of one thing (a trace, a window of spans) among the past ones, as <see cref="StreamCalibration"/> does for windows
/// of lines: tails by <see cref="TailProbability"/>, weighted Bonferroni, and a power 1 / kappa where past p-values were too small.
/// </summary>
/// <param name="weights">Of each score; their sum is 1.</param>
/// <param name="tailPowers">1 / shape of each score's tail beyond the past values.</param>
/// <param name="units">Least scale of each score's tail, twice over: what one thing more is worth.</param>
internal sealed class ScoreCalibration(double[] weights, int[] tailPowers, double[] units)
{
    private const double Forget = 0.97;
    private const double Prior = 20;
    private const double MostSurprise = 8;

    // Everything is new at first, and those scores would top the past for ever. Once five times as much was seen as before the past began,
    // a second past is begun, and it takes over when it holds as much as came before it: at 200, 1,000, 5,000, ... with the first at 100.
    private const long FirstBeginning = 20;
    private const long Growth = 5;

    private ScoreHistory[] _histories = NewHistories(weights.Length);
    private ScoreHistory[]? _next;
    private long _seen;
    private long _begun = FirstBeginning;
    private double _surprise;
    private double _age;

    /// <summary>Past things that a new one is ranked among.</summary>
    public long Count => _histories[0].Count;

    /// <summary>One for each score.</summary>
    public IReadOnlyList<ScoreHistory> Histories => _histories;

    public double Kappa => Math.Max(1, (Prior + _surprise) / (Prior + _age));

    public long Bytes => (weights.Length * (long)ScoreHistory.Bytes * (_next is null ? 1 : 2)) + 96;

    /// <param name="scores">At least 0 each, in units of 1/65,536.</param>
    public WindowRanking Rank(ReadOnlySpan<int> scores)
    {
        Span<double> pValues = stackalloc double[weights.Length];
        var extrapolated = false;
        for (var kind = 0; kind < weights.Length; kind++)
        {
            var history = _histories[kind];
            pValues[kind] = TailProbability.Of(
                scores[kind], history.Largest, history.Count, history.AtLeast(scores[kind]), history.Positive, units[kind], tailPowers[kind], out var beyond);
            extrapolated |= beyond;
        }
        return Combine(pValues, weights, Kappa, extrapolated);
    }

    /// <summary>Weighted Bonferroni, then the power 1 / kappa.</summary>
    public static WindowRanking Combine(ReadOnlySpan<double> pValues, IReadOnlyList<double> weights, double kappa, bool extrapolated)
    {
        var (raw, deciding) = (1.0, 0);
        for (var kind = 0; kind < pValues.Length; kind++)
        {
            var p = pValues[kind] / weights[kind];
            if (p < raw) (raw, deciding) = (p, kind);
        }
        var pValue = kappa <= 1 || raw >= 1 ? raw : ExactMath.Exp(ExactMath.Log(raw) / kappa);
        return new WindowRanking(raw, pValue, pValue, kappa, extrapolated, deciding);
    }

    /// <summary>Adds to the past what was ranked before.</summary>
    public void Remember(ReadOnlySpan<int> scores, double raw)
    {
        if (++_seen == _begun * Growth) _next = NewHistories(weights.Length);
        for (var kind = 0; kind < weights.Length; kind++)
        {
            _histories[kind].Add(scores[kind]);
            _next?[kind].Add(scores[kind]);
        }
        if (_next is not null && _seen == 2 * _begun * Growth) (_histories, _next, _begun) = (_next, null, _begun * Growth);
        _surprise = (_surprise * Forget) + Math.Min(-ExactMath.Log(raw), MostSurprise);
        _age = (_age * Forget) + 1;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteDouble(_surprise);
        target.WriteDouble(_age);
        target.WriteVarint((ulong)_seen);
        target.WriteVarint((ulong)_begun);
        target.WriteByte((byte)(_next is null ? 0 : 1));
        foreach (var history in _histories) history.Save(target);
        foreach (var history in _next ?? []) history.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _surprise = Varint.ReadDouble(ref source);
        _age = Varint.ReadDouble(ref source);
        _seen = (long)Varint.Read(ref source);
        _begun = (long)Varint.Read(ref source);
        _next = Varint.Take(ref source, 1)[0] == 0 ? null : NewHistories(weights.Length);
        foreach (var history in _histories) history.Load(ref source);
        foreach (var history in _next ?? []) history.Load(ref source);
    }

    private static ScoreHistory[] NewHistories(int kinds)
    {
        var histories = new ScoreHistory[kinds];
        for (var kind = 0; kind < kinds; kind++) histories[kind] = new ScoreHistory();
        return histories;
    }
}
