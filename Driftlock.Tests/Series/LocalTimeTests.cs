using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Series;
using Driftlock.Tests.Engine;

namespace Driftlock.Tests.Series;

public sealed class LocalTimeTests
{
    private const ulong Second = 1_000_000_000;
    private const ulong FiveMinutes = 300 * Second;
    private const int PerDay = 288;

    private static readonly EngineConfiguration Berlin = new()
    {
        TimeZone = "Europe/Berlin",
        UtcOffsets = [new(Seconds(2025, 10, 26), 60), new(Seconds(2026, 3, 29), 120), new(Seconds(2026, 10, 25), 60)],
    };

    [Fact]
    public void The_entry_of_a_points_own_time_holds_in_whatever_order_points_come()
    {
        var local = new LocalTime(Berlin);
        foreach (var (seconds, minutes) in new[]
        {
            (Seconds(2026, 3, 29) - 1, 60), (Seconds(2026, 3, 29), 120), (Seconds(2026, 3, 29) - 1, 60), (Seconds(2026, 10, 25) - 1, 120), (Seconds(2026, 10, 25), 60),
            (Seconds(2040, 7, 1), 60), (Seconds(1999, 7, 1), 60), (Seconds(2026, 7, 1), 120),
        })
            Assert.Equal(minutes, local.OffsetMinutes((ulong)seconds * Second));
        Assert.Equal(0, new LocalTime(new EngineConfiguration()).OffsetMinutes(5 * Second));
    }

    [Fact]
    public void Hours_count_from_a_Monday_in_local_time()
    {
        // Thursday, 1 January 1970; Sunday, 29 March 2026, when the hour after 2:00 is left out.
        Assert.Equal((3 * 24) + 0, LocalHour.Of(0, 0));
        Assert.Equal((2 * 24) + 23, LocalHour.Of(0, -1));
        var local = new LocalTime(Berlin);
        var change = (ulong)Seconds(2026, 3, 29) * Second;
        Assert.Equal((6 * 24) + 1, LocalHour.Of(change - 1, local.OffsetMinutes(change - 1)) % LocalHour.PerWeek);
        Assert.Equal((6 * 24) + 3, LocalHour.Of(change, local.OffsetMinutes(change)) % LocalHour.PerWeek);
    }

    [Theory]
    [InlineData(2026, 3, 29)]
    [InlineData(2026, 10, 25)]
    public void A_pattern_in_local_time_goes_on_over_the_change_of_the_clocks_where_UTC_sees_another_hour(int year, int month, int day)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var first = Seconds(year, month, day) - (40 * 86_400);
            var values = Shop(first, 50, seed, abrupt: true);
            var (local, utc) = (LargestHourEvidence(values, first, Berlin), LargestHourEvidence(values, first, new EngineConfiguration()));
            Assert.True(local < 5, $"seed {seed}: evidence of the hour after the change {local} in local time");
            Assert.True(utc > 3 * local, $"seed {seed}: evidence of the hour after the change {local} in local time, {utc} in UTC");
            var verdicts = Run(values, first, Berlin);
            Assert.DoesNotContain(verdicts, verdict => verdict.Kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
        }
    }

    [Fact]
    public void A_change_of_the_configured_time_holds_from_its_entry_on()
    {
        var first = Seconds(2026, 4, 1);
        var values = Shop(first, 30, 4);
        var moved = new EngineConfiguration { TimeZone = "Asia/Tokyo", UtcOffsets = [new(0, 540)] };
        var (kept, changed, through) = (new PartitionEngine(Berlin), new PartitionEngine(Berlin), new PartitionEngine(Berlin));
        var (one, other, third) = (new List<Verdict>(), new List<Verdict>(), new List<Verdict>());
        for (var row = 0; row < values.Length; row += 10)
        {
            if (row == 2000)
            {
                changed.Configure(moved);
                through.Configure(moved);
                through = through.Restored();
            }
            var block = MetricEvents.BlockAt([.. values.Skip(row).Take(10).Select((value, i) => (Time(first, row + i), new[] { value }))]);
            kept.Feed(block, row, one);
            changed.Feed(block, row, other);
            through.Feed(block, row, third);
        }
        Assert.Equal(one.Take(200).Select(verdict => verdict.PValue), other.Take(200).Select(verdict => verdict.PValue));
        Assert.NotEqual(one.Skip(200).Select(verdict => verdict.PValue), other.Skip(200).Select(verdict => verdict.PValue));
        Assert.Equal(other.Select(verdict => verdict.Image()), third.Select(verdict => verdict.Image()));
    }

    [Fact]
    public void An_alarm_on_a_Sunday_names_the_day_and_the_place_and_verifies_with_its_offsets()
    {
        var first = Seconds(2026, 2, 16);
        var values = Shop(first, 56, 5, weekends: true);
        // Sunday, 12 April, in summer time, from 9:00 on; what came before it was mostly not.
        var sunday = (int)((Seconds(2026, 4, 12) + (6 * 3600) - first) / 300);
        for (var row = sunday; row < sunday + 60; row++) values[row] += 100;
        var evidence = Run(values, first, Berlin).First(verdict => verdict.Kind == VerdictKind.Anomaly && verdict.LastTimeUnixNano >= Time(first, sunday)).Evidence!;
        Assert.Contains(", unlike Sundays at ", evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains(":00, Europe/Berlin", evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.Equal("timeOfWeek", evidence.Explanation.Series!.Family);
        Assert.Equal(Berlin, evidence.Configuration);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Verified);

        var elsewhere = evidence.Configuration with { UtcOffsets = [new(0, -300)] };
        var forged = evidence with { Configuration = elsewhere, ConfigurationHash = elsewhere.Hash };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.Contains(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences, difference => difference.What.StartsWith("calibration", StringComparison.Ordinal));
    }

    /// <summary>A shop in Berlin, busy from 7 to 19 local time, most at noon or always the same, a point every five minutes.</summary>
    private static double[] Shop(long first, int days, ulong seed, bool weekends = false, bool abrupt = false)
    {
        var random = new SeededRandom(seed);
        var local = new LocalTime(Berlin);
        var values = new double[days * PerDay];
        for (var row = 0; row < values.Length; row++)
        {
            var time = Time(first, row);
            var offset = local.OffsetMinutes(time);
            var hour = ((time / Second / 60) + (ulong)offset) % 1440 / 60.0;
            var open = hour is >= 7 and < 19 && (!weekends || LocalHour.Of(time, offset) % LocalHour.PerWeek < 5 * LocalHour.PerDay);
            values[row] = 20 + (open ? 100 * (abrupt ? 1 : Math.Sin((hour - 7) * Math.PI / 12)) : 0) + (3 * random.Normal());
        }
        return values;
    }

    /// <summary>Evidence of the hour, the largest in the ten days from the change of the clocks on.</summary>
    private static double LargestHourEvidence(double[] values, long first, EngineConfiguration configuration)
    {
        var (model, local) = (new SeriesModel(), new LocalTime(configuration));
        var largest = 0.0;
        for (var row = 0; row < values.Length; row++)
        {
            var time = Time(first, row);
            var evidence = model.Observe(time, values[row], local.OffsetMinutes(time)).Families[SeriesFamily.TimeOfDay];
            if (row >= 40 * PerDay) largest = Math.Max(largest, evidence);
        }
        return largest;
    }

    private static List<Verdict> Run(double[] values, long first, EngineConfiguration configuration)
    {
        var engine = new PartitionEngine(configuration);
        var verdicts = new List<Verdict>();
        for (var row = 0; row < values.Length; row += 10)
            engine.Feed(MetricEvents.BlockAt([.. values.Skip(row).Take(10).Select((value, i) => (Time(first, row + i), new[] { value }))]), row, verdicts);
        return verdicts;
    }

    private static ulong Time(long first, int row) => ((ulong)first * Second) + ((ulong)row * FiveMinutes);

    /// <summary>One o'clock in UTC, when the clocks of Europe change.</summary>
    private static long Seconds(int year, int month, int day) => new DateTimeOffset(year, month, day, 1, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
}
