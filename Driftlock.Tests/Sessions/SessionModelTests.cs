using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Tests.Sessions;

public sealed class SessionModelTests
{
    private static readonly ulong[] Usual = [.. new[] { 1, 2, 3, 3, 4 }.Select(SyntheticSessions.Template)];

    [Fact]
    public void An_event_out_of_place_is_the_costliest_and_what_belongs_there_is_named()
    {
        var model = Learned(Enumerable.Repeat((ReadOnlyMemory<ulong>)Usual, 100));
        var explanation = model.Explain([Usual[0], Usual[1], SyntheticSessions.Template(50), Usual[3], Usual[4]]);
        Assert.Equal(2, explanation.Costliest);
        Assert.Equal(Usual[2], explanation.Expected[0].Template);
        Assert.InRange(explanation.Expected[0].Probability, 0.9, 1);
    }

    [Fact]
    public void A_session_that_breaks_off_is_dearest_at_its_end()
    {
        var model = Learned(Enumerable.Repeat((ReadOnlyMemory<ulong>)Usual, 100));
        var explanation = model.Explain(Usual.AsSpan(0, 2));
        Assert.Equal(2, explanation.Costliest);
        Assert.Equal(Usual[2], explanation.Expected[0].Template);
        Assert.Equal((2, 5), (explanation.Length.Count, explanation.Length.Usual));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_template_that_is_missing_or_too_many_is_named_with_its_usual_count(int count)
    {
        var model = Learned(Enumerable.Repeat((ReadOnlyMemory<ulong>)Usual, 100));
        ulong[] session = [Usual[0], Usual[1], .. Enumerable.Repeat(Usual[2], count), Usual[4]];
        var unusual = model.Explain(session).Counts[0];
        Assert.Equal((Usual[2], count, 2), (unusual.Template, unusual.Count, unusual.Usual));
        Assert.Equal(1, unusual.UsualShare);
    }

    [Fact]
    public void What_is_usual_costs_next_to_nothing_and_each_kind_of_fault_costs_its_part()
    {
        var model = Learned(SyntheticSessions.Many(2000, 1));
        var random = new SeededRandom(2);
        var ordinary = Enumerable.Range(0, 200).Select(_ => model.Score(SyntheticSessions.Ordinary(random))).ToList();
        Assert.True(ordinary.Average(score => score.Distance) < CountVectors.Farthest / 100);
        Assert.True(model.Score(SyntheticSessions.Faulty("unseen event", random)).Sequence.Max > High(SessionScore.SequenceMax));
        Assert.True(model.Score(SyntheticSessions.Faulty("missing event", random)).Count.Max > High(SessionScore.CountMax));
        Assert.True(model.Score(SyntheticSessions.Faulty("broken off", random)).Count.Total > High(SessionScore.CountTotal));
        Assert.True(model.Score(SyntheticSessions.Faulty("pervasive", random)).Distance > High(SessionScore.Nearest));

        int High(int part) => ordinary.Select(score => score[part]).Order().ElementAt(ordinary.Count * 98 / 100);
    }

    [Fact]
    public void A_restored_model_goes_on_bit_for_bit()
    {
        var sessions = SyntheticSessions.Many(300, 3).Concat(Novel(400, 4)).ToArray();
        var model = Learned(sessions[..350]);
        var image = new ByteBuffer();
        model.Save(image);
        var restored = new SessionModel();
        ReadOnlySpan<byte> source = image.Written;
        restored.Load(ref source);
        Assert.True(source.IsEmpty);
        foreach (var session in sessions[350..])
        {
            Assert.Equal(model.Score(session.Span), restored.Score(session.Span));
            model.Learn(session.Span);
            restored.Learn(session.Span);
        }
        var (first, second) = (new ByteBuffer(), new ByteBuffer());
        model.Save(first);
        restored.Save(second);
        Assert.True(first.Written.SequenceEqual(second.Written));
    }

    [Fact]
    public void A_stream_of_nothing_but_novelty_stays_under_the_cap_and_what_comes_back_is_known_again()
    {
        var model = new SessionModel();
        ulong[] endless = [.. Enumerable.Range(0, 3 * SessionCapacity.Whole.Events).Select(i => SyntheticSessions.Template(i % 7))];
        foreach (var session in Novel(6000, 5).Append(endless))
        {
            model.Learn(session.Span);
            Assert.True(model.Bytes <= SessionModel.MaxBytes, $"{model.Bytes} bytes after {model.Sessions} sessions");
            Assert.True(model.Templates.Count <= SessionCapacity.Whole.Templates);
            Assert.True(model.Vectors.Count <= SessionCapacity.Whole.Vectors);
        }
        var ordinary = SyntheticSessions.Many(300, 6);
        foreach (var session in ordinary) model.Learn(session.Span);
        Assert.Equal(0, model.Score(ordinary[^1].Span).Distance);
        Assert.True(model.Score(ordinary[^1].Span).Sequence.Max < 10 * FixedLog.One);
    }

    [Fact]
    public void After_more_than_the_model_counts_to_what_is_usual_is_still_usual_and_what_is_not_is_not()
    {
        var model = new SessionModel();
        for (var i = 0; i <= CountCode.MostSessions; i++) model.Learn(Usual);
        Assert.Equal((CountCode.MostSessions / 2) + 1, model.Counts.Sessions);
        Assert.Equal(CountCode.MostSessions + 1, model.Sessions);
        Assert.True(model.Score(Usual).Sequence.Total < FixedLog.One);
        Assert.True(model.Score(Usual.AsSpan(1)).Count.Max > 15 * FixedLog.One);
    }

    [Fact]
    public void Scoring_and_learning_what_is_known_allocates_nothing()
    {
        var sessions = SyntheticSessions.Many(2000, 7);
        var model = Learned(sessions);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var session in sessions)
        {
            model.Score(session.Span);
            model.Learn(session.Span);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_session_without_events_is_a_session_too()
    {
        var model = Learned(SyntheticSessions.Many(100, 8));
        var score = model.Score([]);
        Assert.Equal(CountVectors.Farthest, score.Distance);
        Assert.Equal(0, score.Sequence.At);
        model.Learn([]);
        Assert.Equal(0, model.Score([]).Distance);
    }

    private static SessionModel Learned(IEnumerable<ReadOnlyMemory<ulong>> sessions)
    {
        var model = new SessionModel();
        foreach (var session in sessions) model.Learn(session.Span);
        return model;
    }

    // Every session of templates and of numbers that hardly come back.
    private static IEnumerable<ReadOnlyMemory<ulong>> Novel(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < count; i++)
            yield return Enumerable.Range(0, 1 + random.Below(40)).Select(_ => SyntheticSessions.Template(1000 + random.Below(20_000))).ToArray();
    }
}
