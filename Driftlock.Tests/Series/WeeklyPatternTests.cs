using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class WeeklyPatternTests
{
    private const int WeekRows = 7 * Weeks.PerDay;

    [Fact]
    public void A_weekday_on_a_Sunday_is_unlike_Sundays()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var values = Weeks.Values(8, seed);
            var sunday = (7 * WeekRows) + (Weeks.Sunday * Weeks.PerDay);
            for (var row = sunday + (9 * 4); row < sunday + (17 * 4); row++) values[row] += Weeks.Weekday(row) - 20;
            var model = new SeriesModel();
            var (smallest, most) = (1.0, 0.0);
            for (var row = 0; row < sunday + (17 * 4); row++)
            {
                var score = model.Observe(Weeks.Time(row), values[row]);
                if (row < sunday + (9 * 4)) continue;
                Assert.True(score.ByWeek, $"seed {seed}: row {row} is not compared with its hour of the week");
                smallest = Math.Min(smallest, score.PValue);
                most = Math.Max(most, score.Families[SeriesFamily.TimeOfDay]);
            }
            Assert.True(smallest < 1e-3, $"seed {seed}: smallest p {smallest}");
            Assert.True(most > 4, $"seed {seed}: evidence of the hour {most}");
        }
    }

    [Fact]
    public void Ordinary_weeks_keep_the_level_of_their_p_values()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var values = Weeks.Values(10, seed);
            var model = new SeriesModel();
            var (points, at05, at01) = (0, 0, 0);
            for (var row = 0; row < values.Length; row++)
            {
                var score = model.Observe(Weeks.Time(row), values[row]);
                if (row < 2 * WeekRows) continue;
                points++;
                if (score.PValue <= 0.05) at05++;
                if (score.PValue <= 0.01) at01++;
            }
            Assert.True(at05 <= 0.05 * points, $"seed {seed}: {at05} of {points} at .05");
            Assert.True(at01 <= 0.015 * points, $"seed {seed}: {at01} of {points} at .01");
        }
    }

    [Fact]
    public void The_hour_of_the_week_is_followed_after_three_weeks_and_only_where_it_says_more()
    {
        var (weekly, daily) = (new SeriesModel(), new SeriesModel());
        var (busy, same) = (Weeks.Values(6, 6), Weeks.Values(6, 6, weekends: false));
        for (var row = 0; row < busy.Length; row++)
        {
            var byWeek = weekly.Observe(Weeks.Time(row), busy[row]).ByWeek;
            if (row < 3 * WeekRows) Assert.False(byWeek, $"row {row}");
            if (row >= 5 * WeekRows) Assert.True(byWeek, $"row {row}");
            Assert.False(daily.Observe(Weeks.Time(row), same[row]).ByWeek, $"row {row} of a series whose days are alike");
        }
    }

    [Fact]
    public void What_is_usual_on_a_Sunday_is_said_where_the_hour_leads()
    {
        var values = Weeks.Values(8, 7);
        var noon = (7 * WeekRows) + (Weeks.Sunday * Weeks.PerDay) + (12 * 4);
        var model = new SeriesModel();
        for (var row = 0; row < noon; row++) model.Observe(Weeks.Time(row), values[row]);
        var score = model.Observe(Weeks.Time(noon), 90);
        Assert.Equal(SeriesFamily.TimeOfDay, score.Leading);
        Assert.InRange(score.Typical, 15, 25);
        Assert.InRange(score.High, 20, 60);
    }

    [Fact]
    public void A_series_whose_weeks_become_alike_is_compared_with_the_hour_of_the_day_again()
    {
        double[] values = [.. Weeks.Values(6, 8), .. Weeks.Values(4, 9).Select((value, row) => value + Weeks.Usual(row, weekends: false) - Weeks.Usual(row, weekends: true) + (300 * (row / WeekRows)))];
        var model = new SeriesModel();
        var byWeek = new bool[values.Length];
        for (var row = 0; row < values.Length; row++) byWeek[row] = model.Observe(Weeks.Time(row), values[row]).ByWeek;
        Assert.True(byWeek[(6 * WeekRows) - 1]);
        Assert.False(byWeek[^1]);
    }

    [Fact]
    public void Restored_within_an_hour_of_a_followed_week_it_goes_on_bit_for_bit()
    {
        var values = Weeks.Values(6, 10);
        var undisturbed = new SeriesModel();
        var cut = (5 * WeekRows) + 50;
        for (var row = 0; row < cut; row++) undisturbed.Observe(Weeks.Time(row), values[row], -210);
        var bytes = new ByteBuffer();
        undisturbed.Save(bytes);
        Assert.InRange(bytes.Length, 1, undisturbed.Bytes);
        var restored = new SeriesModel();
        var rest = bytes.Written;
        restored.Load(ref rest);
        for (var row = cut; row < values.Length; row++)
            Assert.Equal(undisturbed.Observe(Weeks.Time(row), values[row], -210), restored.Observe(Weeks.Time(row), values[row], -210));
        var (one, other) = (new ByteBuffer(), new ByteBuffer());
        undisturbed.Save(one);
        restored.Save(other);
        Assert.True(one.Written.SequenceEqual(other.Written));
    }

    [Fact]
    public void Points_that_come_late_over_the_full_hour_are_no_further_visits()
    {
        var profile = new WeeklyProfile();
        for (long hour = 1000; hour < 1168; hour++)
        {
            for (var point = 0; point < 8; point++)
            {
                foreach (var each in new[] { hour, hour - 1 })
                {
                    profile.Turn(each);
                    profile.Learn(each, 5, 5);
                }
            }
        }
        profile.Turn(1168);
        Assert.False(profile.Knows(1100));
    }
}
