using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>How unlikely a session is among normal ones.</summary>
/// <param name="PValue">The share of normal sessions that are at least as unusual; valid on average over calibration sets.</param>
/// <param name="BudgetPValue">The same with nine in ten certainty for this calibration set: for deciding many sessions at one error rate.</param>
/// <param name="Evidence">Sum of -ln p over the parts, in units of 1/65,536: larger is more unusual.</param>
/// <param name="Deciding">The part with the smallest p-value.</param>
/// <param name="Past">Normal sessions that it was ranked among.</param>
/// <param name="Score">What was ranked.</param>
internal readonly record struct SessionVerdict(double PValue, double BudgetPValue, int Evidence, int Deciding, long Past, SessionScore Score);

/// <summary>
/// The scores of normal sessions, part by part and together. Parts that look at one thing (the dearest event, the dearest count) and parts
/// that look at everything (all counts, the nearest set of counts) each become a p-value; the sum of their -ln p (Fisher) is ranked
/// again among the same sums of normal sessions, so that the parts may depend on each other.
/// </summary>
internal sealed class SessionRanking
{
    private readonly ScoreHistory[] _parts = [new(), new(), new(), new()];
    private readonly ScoreHistory _evidence = new();

    /// <summary>Normal sessions so far.</summary>
    public long Count => _evidence.Count;

    public static long Bytes => (SessionScore.Parts + 1) * (long)ScoreHistory.Bytes;

    /// <summary>Takes a score for its parts alone; <see cref="AddEvidence"/> must follow once all parts are known.</summary>
    public void AddParts(in SessionScore score)
    {
        for (var part = 0; part < SessionScore.Parts; part++) _parts[part].Add(score[part]);
    }

    public void AddEvidence(int evidence) => _evidence.Add(evidence);

    /// <summary>-ln p of one part; <paramref name="isPast"/> when the score is among those added.</summary>
    public double Surprise(in SessionScore score, int part, bool isPast) =>
        -ExactMath.Log(isPast ? ScoreRank.OfPast(score[part], _parts[part]) : ScoreRank.Of(score[part], _parts[part]));

    /// <summary>Sum of -ln p over the parts, in units of 1/65,536.</summary>
    public int Evidence(in SessionScore score, bool isPast, out int deciding)
    {
        var sum = 0.0;
        var most = 0.0;
        deciding = 0;
        for (var part = 0; part < SessionScore.Parts; part++)
        {
            var surprise = Surprise(score, part, isPast);
            sum += surprise;
            if (surprise <= most) continue;
            most = surprise;
            deciding = part;
        }
        return (int)(sum * FixedLog.One);
    }

    /// <param name="score">Of a session that is not among those added.</param>
    /// <param name="trimmed">What was left out of the calibration, if anything.</param>
    public SessionVerdict Rank(in SessionScore score, TrimmedTail trimmed = default)
    {
        if (Count == 0) return new SessionVerdict(1, 1, 0, 0, 0, score);
        var evidence = Evidence(score, isPast: false, out var deciding);
        var pValue = Math.Min(1, ScoreRank.Of(evidence, _evidence) + trimmed.Mass(evidence));
        return new SessionVerdict(pValue, ScoreRank.Conditional(pValue, Count), evidence, deciding, Count, score);
    }

    /// <summary>Evidence of normal sessions.</summary>
    public ScoreHistory Evidences => _evidence;

    /// <summary>Distances of normal sessions to the nearest set of counts.</summary>
    public ScoreHistory Distances => _parts[SessionScore.Nearest];

    public void Save(ByteBuffer target)
    {
        foreach (var part in _parts) part.Save(target);
        _evidence.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        foreach (var part in _parts) part.Load(ref source);
        _evidence.Load(ref source);
    }
}
