namespace Driftlock.Cbad.Series;

/// <summary>What the model says of one point, from the points before it.</summary>
/// <param name="Missing">Points still needed before anything is said; 0 when ready.</param>
/// <param name="Evidence">Powers of ten: the largest family's plus half of the second's; 0 until ready.</param>
/// <param name="Families">Evidence of each family.</param>
/// <param name="Leading">The family with the largest evidence.</param>
/// <param name="ByWeek">Whether the point was compared with its hour of the week; else with its hour of the day.</param>
/// <param name="PValue">Share of the series' own past points with at least this evidence, continued by a tail; 1 until ready.</param>
/// <param name="Typical">What would have been usual: the hour's mean where the hour leads, the median otherwise. NaN until ready.</param>
/// <param name="Low">Lower end of what is usual.</param>
/// <param name="High">Upper end of what is usual.</param>
/// <param name="ChangeTime">Nanoseconds since 1970 of the first point on the new level, where the evidence is a level shift.</param>
public readonly record struct SeriesScore(int Missing, double Evidence, FamilyEvidence Families, SeriesFamily Leading, bool ByWeek, double PValue,
    double Typical, double Low, double High, ulong? ChangeTime)
{
    /// <summary>False while the model is learning what is usual.</summary>
    public bool Ready => Missing == 0;

    internal static SeriesScore NotReady(int missing) => new(missing, 0, default, SeriesFamily.Shape, false, 1, double.NaN, double.NaN, double.NaN, null);
}
