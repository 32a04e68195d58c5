using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Evidence that a value is unlike its hour: of the week where that is followed and was seen often enough, else of the day, else of the whole
/// series. When what is compared with changes, the tail begins anew: how far off the one was says nothing of the other.
/// </summary>
internal sealed class SeasonalProfile
{
    public const int Bytes = DailyProfile.Bytes + WeeklyProfile.Bytes + TwoSidedTail.Bytes;

    private const double LargestResidual = 1e9;

    private readonly DailyProfile _day = new();
    private readonly WeeklyProfile _week = new();
    private readonly TwoSidedTail _extremes = new();

    /// <summary>Evidence in powers of ten; learns the value afterwards.</summary>
    /// <param name="hour">As <see cref="LocalHour"/> counts.</param>
    /// <param name="value">In units of the series.</param>
    /// <param name="byWeek">Whether it was the hour of the week.</param>
    public double Observe(long hour, double value, out bool byWeek)
    {
        if (_week.Turn(hour)) _extremes.Clear();
        byWeek = _week.IsFollowed(hour);
        var hourOfDay = (int)(hour % LocalHour.PerDay);
        var daily = _day.Usual(hourOfDay);
        var (mean, distance) = byWeek ? _week.Usual(hour) : daily;
        var evidence = 0.0;
        if (_day.IsReady)
        {
            var residual = (value - mean) / Math.Max(distance, (1e-6 * Math.Abs(mean)) + 1e-9);
            evidence = _extremes.Observe(Math.Clamp(residual, -LargestResidual, LargestResidual));
        }
        _week.Learn(hour, value, daily.Mean);
        _day.Learn(hourOfDay, value);
        return evidence;
    }

    /// <summary>What is usual in this hour, and how far from it is usual.</summary>
    public (double Mean, double Distance) Usual(long hour, bool byWeek) => byWeek && _week.Knows(hour) ? _week.Usual(hour) : _day.Usual((int)(hour % LocalHour.PerDay));

    public void Save(ByteBuffer target)
    {
        _day.Save(target);
        _week.Save(target);
        _extremes.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _day.Load(ref source);
        _week.Load(ref source);
        _extremes.Load(ref source);
    }
}
