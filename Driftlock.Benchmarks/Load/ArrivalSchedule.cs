namespace Driftlock.Benchmarks.Load;

/// <summary>When requests are to be sent, whatever becomes of those before: at a rate that stays, or rises evenly.</summary>
/// <param name="From">Requests a second at the beginning.</param>
/// <param name="To">Requests a second at the end.</param>
/// <param name="Duration">From the first to the last.</param>
internal sealed record ArrivalSchedule(double From, double To, TimeSpan Duration)
{
    public static ArrivalSchedule Steady(double rate, TimeSpan duration) => new(rate, rate, duration);

    /// <summary>Requests in all.</summary>
    public long Requests => (long)((From + To) / 2 * Duration.TotalSeconds);

    /// <summary>Time of a request, counted from 0, after the beginning: where the integral of the rate has reached its number.</summary>
    public TimeSpan TimeOf(long request)
    {
        var slope = (To - From) / Duration.TotalSeconds;
        var seconds = slope == 0
            ? request / From
            : (Math.Sqrt((From * From) + (2 * slope * request)) - From) / slope;
        return TimeSpan.FromSeconds(seconds);
    }
}
