using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class SeriesAlarmTests
{
    [Fact]
    public void An_episode_raises_one_alarm_and_the_next_one_another()
    {
        var alarms = Alarms(row => row is >= 1000 and < 1030 or >= 1100 and < 1110 ? 20 : 0);
        Assert.Equal([1000, 1100], alarms);
    }

    [Fact]
    public void Each_point_over_the_line_begins_the_quiet_period_anew()
    {
        Assert.Equal([1000], Alarms(row => row >= 1000 && row % 15 == 10 ? 20 : 0));
    }

    [Fact]
    public void The_line_rises_with_the_age_of_the_series()
    {
        Assert.Equal(SeriesAlarm.Adjusted(7, 1000), SeriesAlarm.Adjusted(9, 10_000), 3);
        Assert.Empty(Alarms(row => row == 1900 ? SeriesAlarm.Line + 0.3 : 0));
        Assert.Equal([600], Alarms(row => row == 600 ? SeriesAlarm.Line + 0.3 : 0));
    }

    [Fact]
    public void A_point_that_is_not_ready_raises_nothing()
    {
        var alarm = new SeriesAlarm();
        Assert.False(alarm.Observe(SeriesScore.NotReady(3) with { Evidence = 100 }));
        Assert.True(alarm.Observe(SeriesScore.NotReady(0) with { Evidence = 100 }));
    }

    [Fact]
    public void Restored_within_a_quiet_period_it_stays_quiet()
    {
        var alarm = new SeriesAlarm();
        var over = SeriesScore.NotReady(0) with { Evidence = 100 };
        Assert.True(alarm.Observe(over));
        var bytes = new ByteBuffer();
        alarm.Save(bytes);
        var restored = new SeriesAlarm();
        var rest = bytes.Written;
        restored.Load(ref rest);
        Assert.False(restored.Observe(over));
    }

    private static List<int> Alarms(Func<int, double> evidence)
    {
        var alarm = new SeriesAlarm();
        return [.. Enumerable.Range(0, 2000).Where(row => alarm.Observe(SeriesScore.NotReady(0) with { Evidence = evidence(row) }))];
    }
}
