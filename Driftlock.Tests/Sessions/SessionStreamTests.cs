using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Tests.Sessions;

public sealed class SessionStreamTests
{
    [Fact]
    public void Ordinary_sessions_of_a_stream_are_flagged_no_more_often_than_the_level_says()
    {
        const int Streams = 10;
        const int Sessions = 2000;
        foreach (var level in new[] { 0.05, 0.01 })
        {
            var flagged = 0;
            for (ulong seed = 40; seed < 40 + Streams; seed++)
            {
                var stream = new SessionStream();
                flagged += SyntheticSessions.Many(Sessions, seed).Count(session => Observe(stream, session.Span).PValue <= level);
            }
            Assert.True(flagged <= 1.3 * level * Streams * Sessions, $"{flagged} of {Streams * Sessions} at {level}, seeds 40 to 49");
        }
    }

    [Fact]
    public void The_cold_start_says_nothing()
    {
        var stream = new SessionStream();
        foreach (var session in SyntheticSessions.Many(SessionStream.ColdStart + 1, 1)) Assert.Equal(1, Observe(stream, session.Span).PValue);
        Assert.Equal(1, stream.Ranking.Count);
    }

    [Theory]
    [InlineData("unseen event")]
    [InlineData("missing event")]
    [InlineData("repeated event")]
    [InlineData("broken off")]
    [InlineData("pervasive")]
    public void A_fault_in_a_stream_is_seen_the_first_time(string fault)
    {
        var stream = new SessionStream();
        foreach (var session in SyntheticSessions.Many(2000, 2)) Observe(stream, session.Span);
        var verdict = stream.Judge(SyntheticSessions.Faulty(fault, new SeededRandom(3)));
        Assert.InRange(verdict.PValue, 0, 0.005);
        Assert.Equal(2000 - SessionStream.ColdStart, verdict.Past);
    }

    [Fact]
    public void A_restored_stream_goes_on_bit_for_bit()
    {
        var sessions = SyntheticSessions.Many(600, 4);
        var stream = new SessionStream();
        foreach (var session in sessions[..300]) Observe(stream, session.Span);
        var image = new ByteBuffer();
        stream.Save(image);
        var restored = new SessionStream();
        ReadOnlySpan<byte> source = image.Written;
        restored.Load(ref source);
        Assert.True(source.IsEmpty);
        foreach (var session in sessions[300..]) Assert.Equal(Observe(stream, session.Span), Observe(restored, session.Span));
    }

    [Fact]
    public void Judging_and_learning_what_is_known_allocates_nothing()
    {
        var sessions = SyntheticSessions.Many(1000, 5);
        var stream = new SessionStream();
        foreach (var session in sessions) Observe(stream, session.Span);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var session in sessions) Observe(stream, session.Span);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Between_judging_and_learning_the_model_explains_what_was_judged()
    {
        var stream = new SessionStream();
        foreach (var session in SyntheticSessions.Many(500, 6)) Observe(stream, session.Span);
        var faulty = SyntheticSessions.Faulty("missing event", new SeededRandom(7));
        var verdict = stream.Judge(faulty);
        var explanation = stream.Model.Explain(faulty);
        Assert.Equal(verdict.Score, explanation.Score);
        Assert.Equal(SyntheticSessions.Template(SyntheticSessions.Commit) >> 16, explanation.Counts[0].Template >> 16);
        Assert.Equal((0, 1), (explanation.Counts[0].Count, explanation.Counts[0].Usual));
        Assert.Equal(verdict, stream.Judge(faulty));
        stream.Learn(faulty, verdict);
        Assert.NotEqual(verdict, stream.Judge(faulty));
    }

    private static SessionVerdict Observe(SessionStream stream, ReadOnlySpan<ulong> events)
    {
        var verdict = stream.Judge(events);
        stream.Learn(events, verdict);
        return verdict;
    }
}
