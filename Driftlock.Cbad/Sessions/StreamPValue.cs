using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The p-value of a session of a live stream, for showing and for the error budget that it shares with all other streams: three ranks, joined by
/// Bonferroni. Beyond the largest past value tails are believed no more than is stated here (docs/STATISTICS.md), and n sessions no further than 1 / n^2.
/// </summary>
/// <param name="Evidence">Of all four parts together.</param>
/// <param name="Nearest">Of the distance to the nearest set of counts alone: what is far out in one part alone is no more than its rank when ranks are joined.</param>
/// <param name="Missing">Of the dearest template that is absent.</param>
/// <param name="Least">What the past sessions can say at most.</param>
/// <param name="IsExtrapolated">One of the three lies beyond every past value.</param>
internal readonly record struct StreamPValue(double Evidence, double Nearest, double Missing, double Least, bool IsExtrapolated)
{
    /// <summary>In the Bonferroni combination, of each.</summary>
    public const double Weight = 1 / 3.0;

    // The evidence falls off no faster than by e each three natural units. Four views of one thing, each as rare as its rank, would need four, and independent ones one.
    private const double LeastEvidenceExcess = 3 * FixedLog.One;

    // The distance falls off no faster than by e each twentieth of its range: one event more or less in a session of ten.
    private const double LeastDistanceExcess = CountVectors.Farthest / 20.0;

    // A code length of b bits is a probability of 2^-b.
    private const double LeastMissingExcess = ExactMath.BitsPerNatural * FixedLog.One;

    public double PValue => Math.Max(Least, Math.Min(1, Math.Min(Math.Min(Evidence, Nearest), Missing) / Weight));

    /// <param name="verdict">Not yet learned.</param>
    /// <param name="past">That it was ranked among; at least one session.</param>
    public static StreamPValue Of(in SessionVerdict verdict, SessionStream past)
    {
        var (evidence, distance, missing) = (past.Ranking.Evidences, past.Ranking.Distances, past.Missing);
        var score = verdict.Score;
        var rank = 1 / (evidence.Count + 1.0);
        return new StreamPValue(
            ScoreRank.Of(verdict.Evidence, evidence, LeastEvidenceExcess), ScoreRank.Of(score.Distance, distance, LeastDistanceExcess),
            ScoreRank.Of(score.Missing, missing, LeastMissingExcess), rank * rank, IsBeyond(verdict.Evidence, evidence) || IsBeyond(score.Distance, distance) || IsBeyond(score.Missing, missing));
    }

    private static bool IsBeyond(int value, ScoreHistory past) => past.Count == 0 || value > past.Largest[0];
}
