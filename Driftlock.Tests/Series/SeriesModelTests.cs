using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class SeriesModelTests
{
    private const int Rows = 4000;

    /// <summary>Series without anomaly, of natures that broke one method or another.</summary>
    public static TheoryData<string> Ordinary => ["white", "flat", "square", "saw", "daily", "walk", "sluggish", "rampWithNoise", "heavy", "sparse", "regimes", "spikes", "growing"];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void P_values_of_a_series_without_anomaly_hold_their_level(string nature)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var model = new SeriesModel();
            var next = Nature(nature, seed);
            var (points, at05, at01) = (0, 0, 0);
            for (var row = 0; row < Rows; row++)
            {
                var score = model.Observe(Noise.Time(row), next(row));
                if (row < 600) continue;
                points++;
                if (score.PValue <= 0.05) at05++;
                if (score.PValue <= 0.01) at01++;
            }
            Assert.True(at05 <= 0.08 * points, $"{nature}, seed {seed}: {at05} of {points} at .05");
            Assert.True(at01 <= 0.025 * points, $"{nature}, seed {seed}: {at01} of {points} at .01");
        }
    }

    [Theory]
    [InlineData("white")]
    [InlineData("daily")]
    [InlineData("flat")]
    public void A_model_restored_from_its_bytes_goes_on_bit_for_bit(string nature)
    {
        foreach (var cut in new[] { 0, 57, 100, 101, 1500 })
        {
            var next = Nature(nature, 4);
            var values = Enumerable.Range(0, 2500).Select(row => row == 2000 ? 400 : next(row)).ToArray();
            var undisturbed = new SeriesModel();
            for (var row = 0; row < cut; row++) undisturbed.Observe(Noise.Time(row), values[row], 90);
            var bytes = new ByteBuffer();
            undisturbed.Save(bytes);
            var restored = new SeriesModel();
            var rest = bytes.Written;
            restored.Load(ref rest);
            Assert.True(rest.IsEmpty);
            for (var row = cut; row < values.Length; row++)
                Assert.Equal(undisturbed.Observe(Noise.Time(row), values[row], 90), restored.Observe(Noise.Time(row), values[row], 90));
            var (one, other) = (new ByteBuffer(), new ByteBuffer());
            undisturbed.Save(one);
            restored.Save(other);
            Assert.True(one.Written.SequenceEqual(other.Written));
        }
    }

    [Fact]
    public void State_stays_under_18_KB_at_any_age()
    {
        var model = new SeriesModel();
        var random = new SeededRandom(5);
        var bytes = new ByteBuffer();
        for (var row = 0; row < 20_000; row++)
        {
            model.Observe(Noise.Time(row), random.Daily(row));
            Assert.InRange(model.Bytes, 1, SeriesModel.MaxBytes);
            if (row % 50 != 0) continue;
            bytes.Clear();
            model.Save(bytes);
            Assert.InRange(bytes.Length, 1, model.Bytes);
        }
    }

    [Fact]
    public void Until_it_is_ready_it_says_how_many_points_are_missing()
    {
        var model = new SeriesModel();
        for (var row = 0; row < SeriesModel.WarmUp; row++)
        {
            var score = model.Observe(Noise.Time(row), row);
            Assert.False(score.Ready);
            Assert.Equal(1, score.PValue);
            Assert.Equal(SeriesModel.WarmUp - row, score.Missing);
        }
        Assert.True(model.Observe(Noise.Time(SeriesModel.WarmUp), 1).Ready);
    }

    [Theory]
    [InlineData("spike")]
    [InlineData("level")]
    [InlineData("flatline")]
    [InlineData("night at noon")]
    public void An_obvious_anomaly_raises_an_alarm_and_a_small_p_value(string kind)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var random = new SeededRandom(seed);
            var model = new SeriesModel();
            var alarm = new SeriesAlarm();
            var (seen, smallest) = (false, 1.0);
            for (var row = 0; row < 3000; row++)
            {
                var value = random.Daily(row);
                var odd = row >= 2580;
                if (odd && kind == "spike" && row == 2600) value = 200;
                if (odd && kind == "level") value += 60;
                if (odd && kind == "flatline") value = 3;
                if (odd && kind == "night at noon") value = -value;
                var score = model.Observe(Noise.Time(row), value);
                var raised = alarm.Observe(score);
                if (!odd || row > 2760) continue;
                seen |= raised;
                smallest = Math.Min(smallest, score.PValue);
            }
            Assert.True(seen, $"{kind}, seed {seed}: no alarm");
            Assert.True(smallest < 0.01, $"{kind}, seed {seed}: smallest p {smallest}");
        }
    }

    [Fact]
    public void A_level_shift_is_dated_to_its_first_point()
    {
        var random = new SeededRandom(11);
        var model = new SeriesModel();
        ulong? changed = null;
        for (var row = 0; row < 2030; row++) changed = model.Observe(Noise.Time(row), random.Normal() + (row >= 2000 ? 30 : 0)).ChangeTime ?? changed;
        Assert.Equal(Noise.Time(2000), changed);
    }

    [Fact]
    public void The_usual_band_holds_most_points_and_lies_around_what_is_typical()
    {
        var random = new SeededRandom(12);
        var model = new SeriesModel();
        var inside = 0;
        for (var row = 0; row < Rows; row++)
        {
            var value = 1e6 + (1000 * random.Normal());
            var score = model.Observe(Noise.Time(row), value);
            if (!score.Ready) continue;
            Assert.True(score.Low <= score.Typical && score.Typical <= score.High);
            if (value >= score.Low && value <= score.High) inside++;
        }
        Assert.InRange(inside / (double)(Rows - SeriesModel.WarmUp), 0.85, 1);
    }

    [Fact]
    public void Values_that_are_no_numbers_leave_the_model_as_it_was()
    {
        var random = new SeededRandom(13);
        var (clean, dirty) = (new SeriesModel(), new SeriesModel());
        for (var row = 0; row < 1000; row++)
        {
            var value = random.Daily(row);
            foreach (var none in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
                if (row % 17 == 0) Assert.Equal(0, dirty.Observe(Noise.Time(row), none).Evidence);
            Assert.Equal(clean.Observe(Noise.Time(row), value), dirty.Observe(Noise.Time(row), value));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e300)]
    [InlineData(-1e-300)]
    public void Huge_tiny_and_constant_beginnings_give_finite_scores_and_a_series_that_is_learned_later(double beginning)
    {
        var random = new SeededRandom(14);
        var model = new SeriesModel();
        var late = 0;
        for (var row = 0; row < 3000; row++)
        {
            var value = row < 300 ? beginning : row == 2000 ? double.MaxValue : random.Normal();
            var score = model.Observe(Noise.Time(row), value);
            Assert.True(double.IsFinite(score.Evidence) && score.Evidence >= 0 && score.PValue is >= 0 and <= 1, $"row {row}: {score}");
            if (row >= 1000 && row != 2000 && score.PValue <= 0.01) late++;
        }
        Assert.InRange(late, 0, 60);
    }

    [Fact]
    public void The_hour_of_the_day_is_that_of_the_stated_offset()
    {
        // Busy from 9 to 10 local time; the same instant is another hour elsewhere, and a flat profile there must not be disturbed.
        var (local, east) = (new SeriesModel(), new SeriesModel());
        var random = new SeededRandom(15);
        var (own, other) = (0.0, 0.0);
        for (var row = 0; row < 12 * 24 * 10; row++)
        {
            var value = (row / 12 % 24 == 9 ? 10 : 0) + (0.1 * random.Normal());
            var odd = row > 12 * 24 * 9 && row / 12 % 24 == 9 && row % 12 > 8;
            var (a, b) = (local.Observe(Noise.Time(row), odd ? 5 : value), east.Observe(Noise.Time(row), odd ? 5 : value, 30));
            if (!odd) continue;
            own += a.Families[SeriesFamily.TimeOfDay];
            other += b.Families[SeriesFamily.TimeOfDay];
        }
        Assert.True(own > other, $"{own} and {other}");
    }

    private static Func<int, double> Nature(string nature, ulong seed)
    {
        var random = new SeededRandom(seed);
        var state = 0.0;
        return nature switch
        {
            "white" => _ => random.Normal(),
            "flat" => _ => 45,
            "square" => row => row % 288 < 144 ? 20 : 80,
            "saw" => row => row % 288,
            "daily" => random.Daily,
            "walk" => _ => state += random.Normal(),
            "sluggish" => _ => state = (0.99 * state) + random.Normal(),
            "rampWithNoise" => row => (0.01 * row) + random.Normal(),
            "heavy" => _ => Math.Pow(1 - random.Unit(), -0.7),
            "sparse" => _ => random.Unit() < 0.02 ? random.Unit() : 0,
            "regimes" => _ => (state = random.Unit() < 0.005 ? 5 * random.Below(3) : state) + random.Normal(),
            "spikes" => row => row % 60 == 0 ? 100 : random.Normal(),
            "growing" => row => random.Normal() * (1 + (0.001 * row)),
            _ => throw new ArgumentException(nature),
        };
    }
}
