using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Tests.Sessions;

public sealed class SessionBaselineTests
{
    [Theory]
    [InlineData(150)]
    [InlineData(400)]
    [InlineData(1500)]
    public void Ordinary_sessions_are_flagged_no_more_often_than_the_level_says(int training)
    {
        const int Repeats = 12;
        const int Judged = 400;
        foreach (var level in new[] { 0.05, 0.01 })
        {
            var flagged = 0;
            for (ulong seed = 0; seed < Repeats; seed++)
            {
                var baseline = SessionBaseline.Fit(SyntheticSessions.Many(training, 100 + seed));
                flagged += SyntheticSessions.Many(Judged, 200 + seed).Count(session => baseline.Judge(session.Span).PValue <= level);
            }
            // Twelve calibration sets: their own error adds to that of the count, four standard deviations of both.
            var slack = 4 * Math.Sqrt((level * (1 - level) / (Repeats * Judged)) + (level * (1 - level) / (Repeats * training)));
            Assert.True(flagged <= (level + slack) * Repeats * Judged, $"{flagged} of {Repeats * Judged} at {level}, seeds 100 and 200 on");
        }
    }

    [Fact]
    public void With_few_training_sessions_no_p_value_lies_below_what_their_number_can_show()
    {
        var random = new SeededRandom(1);
        foreach (var training in new[] { 2, 19, 60, 99 })
        {
            var baseline = SessionBaseline.Fit(SyntheticSessions.Many(training, 2));
            foreach (var fault in Faults)
                Assert.True(baseline.Judge(SyntheticSessions.Faulty(fault, random)).PValue >= 1.0 / (training + 1), $"{fault}, {training} sessions");
        }
    }

    public static IEnumerable<TheoryDataRow<string>> EachFault() => Faults.Select(fault => new TheoryDataRow<string>(fault));

    [Theory]
    [MemberData(nameof(EachFault))]
    public void Each_fault_is_seen(string fault)
    {
        var baseline = SessionBaseline.Fit(SyntheticSessions.Many(1500, 3));
        Assert.Equal(0, baseline.Trimmed);
        Assert.InRange(Seen(baseline, fault, 0.002), 0.9, 1);
    }

    [Theory]
    [MemberData(nameof(EachFault))]
    public void Training_that_holds_a_fault_in_two_of_a_hundred_sessions_does_not_excuse_it_at_a_twentieth(string fault)
    {
        var random = new SeededRandom(4);
        var training = SyntheticSessions.Many(1500, 5);
        for (var i = 0; i < training.Length; i += 50) training[i] = SyntheticSessions.Faulty(fault, random);
        var baseline = SessionBaseline.Fit(training);
        Assert.InRange(Seen(baseline, fault, 0.05), 0.95, 1);
        // What differs in several counts at once is taken out; one rare count cannot be told from an ordinary session that is rare.
        if (fault is "broken off" or "pervasive") Assert.InRange(Seen(baseline, fault, 0.002), 0.95, 1);
        Assert.InRange(baseline.Trimmed, 0, (int)(Trimming.MostShare * training.Length));
    }

    [Fact]
    public void What_is_rare_and_ordinary_stays_in_the_training()
    {
        for (ulong seed = 20; seed < 30; seed++)
            Assert.True(SessionBaseline.Fit(SyntheticSessions.Many(600, seed)).Trimmed == 0, $"seed {seed}");
    }

    [Fact]
    public void The_budget_is_given_a_p_value_that_is_never_the_smaller_one()
    {
        var baseline = SessionBaseline.Fit(SyntheticSessions.Many(500, 6));
        var random = new SeededRandom(7);
        foreach (var session in SyntheticSessions.Many(300, 8).Append(SyntheticSessions.Faulty("unseen event", random)))
        {
            var verdict = baseline.Judge(session.Span);
            Assert.InRange(verdict.BudgetPValue, verdict.PValue, 1);
        }
    }

    [Fact]
    public void A_restored_baseline_judges_bit_for_bit()
    {
        var random = new SeededRandom(9);
        var training = SyntheticSessions.Many(800, 10);
        for (var i = 0; i < training.Length; i += 50) training[i] = SyntheticSessions.Faulty("broken off", random);
        var baseline = SessionBaseline.Fit(training);
        Assert.True(baseline.Trimmed > 0);
        var image = new ByteBuffer();
        baseline.Save(image);
        ReadOnlySpan<byte> source = image.Written;
        var restored = SessionBaseline.Load(ref source);
        Assert.True(source.IsEmpty);
        Assert.Equal(baseline.Trimmed, restored.Trimmed);
        foreach (var fault in Faults)
        {
            var session = SyntheticSessions.Faulty(fault, random);
            Assert.Equal(baseline.Judge(session), restored.Judge(session));
        }
    }

    private static readonly string[] Faults = ["unseen event", "missing event", "repeated event", "broken off", "pervasive"];

    private static double Seen(SessionBaseline baseline, string fault, double level)
    {
        var random = new SeededRandom(11);
        return Enumerable.Range(0, 100).Count(_ => baseline.Judge(SyntheticSessions.Faulty(fault, random)).PValue <= level) / 100.0;
    }
}
