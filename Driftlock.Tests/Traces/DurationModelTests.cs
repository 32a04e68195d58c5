using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Tests.Traces;

public sealed class DurationModelTests
{
    [Fact]
    public void A_bin_begins_at_the_time_that_it_is_said_to_begin_at()
    {
        for (var bin = 0; bin < DurationModel.Bins; bin++) Assert.Equal(bin, DurationModel.BinOf(DurationModel.Nanoseconds(bin)));
        Assert.Equal(0, DurationModel.BinOf(0));
        Assert.Equal(DurationModel.Bins - 1, DurationModel.BinOf(ulong.MaxValue));
    }

    [Fact]
    public void The_slower_the_dearer_and_a_usual_duration_is_cheap()
    {
        var model = Learned(500, 1e6, 1);
        var usual = model.Score(DurationModel.BinOf(1_000_000));
        var before = usual.Slowness;
        foreach (var factor in new[] { 2UL, 5UL, 20UL, 1000UL })
        {
            var (_, slowness) = model.Score(DurationModel.BinOf(1_000_000 * factor));
            Assert.True(slowness > before, $"{factor} times as long costs {slowness} units, a shorter one {before}");
            before = slowness;
        }
        Assert.InRange(usual.Slowness, 0, 3 * FixedLog.One);
        Assert.InRange(model.Score(DurationModel.BinOf(1000)).Slowness, 0, 100);
        Assert.True(model.Score(DurationModel.BinOf(1000)).Code > 8 * FixedLog.One);
    }

    [Fact]
    public void All_bins_together_have_probability_one()
    {
        var model = Learned(300, 1e6, 2);
        var sum = 0.0;
        for (var bin = 0; bin < DurationModel.Bins; bin++) sum += Math.Pow(2, -model.Score(bin).Code / (double)FixedLog.One);
        Assert.InRange(sum, 0.99, 1.01);
    }

    [Fact]
    public void After_a_lasting_change_the_new_duration_becomes_usual()
    {
        var model = Learned(20_000, 1e6, 3);
        var atFirst = model.Score(DurationModel.BinOf(4_000_000)).Slowness;
        Learn(model, 20_000, 4e6, 4);
        Assert.True(atFirst > 10 * FixedLog.One);
        Assert.InRange(model.Score(DurationModel.BinOf(4_000_000)).Slowness, 0, 2 * FixedLog.One);
    }

    [Fact]
    public void A_restored_model_goes_on_bit_for_bit()
    {
        var model = Learned(9000, 3e6, 5);
        var state = new ByteBuffer();
        model.Save(state);
        var rest = state.Written;
        var restored = new DurationModel();
        restored.Load(ref rest);
        Assert.True(rest.IsEmpty);
        Learn(model, 9000, 5e6, 6);
        Learn(restored, 9000, 5e6, 6);
        for (var bin = 0; bin < DurationModel.Bins; bin++) Assert.Equal(model.Score(bin), restored.Score(bin));
    }

    private static DurationModel Learned(int count, double typical, ulong seed)
    {
        var model = new DurationModel();
        Learn(model, count, typical, seed);
        return model;
    }

    private static void Learn(DurationModel model, int count, double typical, ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < count; i++) model.Learn(DurationModel.BinOf((ulong)(typical * (0.8 + (0.4 * random.Unit())))));
    }
}
