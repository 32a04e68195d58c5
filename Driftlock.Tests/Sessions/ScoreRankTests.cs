using Driftlock.Cbad.Calibration;

namespace Driftlock.Tests.Sessions;

public sealed class ScoreRankTests
{
    [Fact]
    public void Up_to_the_largest_past_score_it_is_the_rank_and_beyond_it_falls()
    {
        var past = Past(200);
        Assert.Equal(1.0, ScoreRank.Of(0, past));
        Assert.Equal(2.0 / 201, ScoreRank.Of(200, past), 12);
        Assert.True(ScoreRank.Of(202, past) < 1.0 / 201);
        Assert.True(ScoreRank.Of(210, past) < ScoreRank.Of(202, past));
        Assert.True(ScoreRank.Of(int.MaxValue, past) > 0);
    }

    [Fact]
    public void Below_a_hundred_past_scores_nothing_is_extrapolated()
    {
        Assert.Equal(1.0 / 100, ScoreRank.Of(int.MaxValue, Past(99)), 12);
        Assert.True(ScoreRank.Of(int.MaxValue, Past(100)) < 1.0 / 101);
    }

    [Fact]
    public void Where_all_past_scores_are_equal_there_is_no_tail_to_go_by()
    {
        var past = new ScoreHistory();
        for (var i = 0; i < 500; i++) past.Add(7);
        Assert.Equal(1.0 / 501, ScoreRank.Of(1000, past), 12);
    }

    [Fact]
    public void The_conditional_p_value_is_larger_follows_the_rank_and_closes_in_on_it_with_more_past()
    {
        var previous = 0.0;
        foreach (var p in new[] { 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.1, 0.5, 0.99, 1 })
        {
            var conditional = ScoreRank.Conditional(p, 1000);
            Assert.InRange(conditional, p, 1);
            Assert.True(conditional >= previous, $"p = {p}");
            if (p >= 1e-4) Assert.True(ScoreRank.Conditional(p, 100_000) <= conditional, $"p = {p}");
            previous = conditional;
        }
    }

    private static ScoreHistory Past(int count)
    {
        var past = new ScoreHistory();
        for (var i = 1; i <= count; i++) past.Add(i);
        return past;
    }
}
