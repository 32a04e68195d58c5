using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cli.Eval;

/// <summary>Ours, and what any other method would have to beat, on the same sessions.</summary>
internal static class SessionDetectors
{
    private const ulong Seed = 20_251_123;
    private const int NcdReferences = 5;

    /// <summary>The baseline of the training, learning nothing from the test.</summary>
    public static Judged[] Baseline(SessionBaseline baseline, IReadOnlyList<LabelledSession> test) =>
        [.. test.Select(session => Of(session, baseline.Judge(session.Events.Span)))];

    /// <summary>The live stream: every session is judged by those before it, test and training alike, and then learned.</summary>
    public static Judged[] Stream(IReadOnlyList<LabelledSession> train, IReadOnlyList<LabelledSession> test)
    {
        var stream = new SessionStream();
        foreach (var session in train) Observe(session);
        return [.. test.Select(session => Of(session, Observe(session)))];

        SessionVerdict Observe(LabelledSession session)
        {
            var verdict = stream.Judge(session.Events.Span);
            stream.Learn(session.Events.Span, verdict);
            return verdict;
        }
    }

    public static Judged[] Random(IReadOnlyList<LabelledSession> test)
    {
        var random = new SeededRandom(Seed);
        return [.. test.Select(session => Simple(session, random.Unit()))];
    }

    public static Judged[] FlagAll(IReadOnlyList<LabelledSession> test) => [.. test.Select(session => Simple(session, 0))];

    /// <summary>Events of a kind that training does not have.</summary>
    public static Judged[] NewEventType(IReadOnlyList<LabelledSession> train, IReadOnlyList<LabelledSession> test)
    {
        var known = train.SelectMany(session => session.Events.ToArray()).ToHashSet();
        return [.. test.Select(session => Simple(session, session.Events.ToArray().Count(template => !known.Contains(template))))];
    }

    /// <summary>Normalised compression distance of the text to the nearest of five training sessions.</summary>
    public static Judged[] Ncd(IReadOnlyList<LabelledSession> train, IReadOnlyList<LabelledSession> test)
    {
        var references = Enumerable.Range(0, NcdReferences).Select(i => train[(int)((long)i * train.Count / NcdReferences)].Text).ToArray();
        return [.. test.Select(session => Simple(session, references.Min(reference => SimpleDetectors.Ncd(reference, session.Text))))];
    }

    private static Judged Of(LabelledSession session, SessionVerdict verdict) =>
        new(verdict.Evidence, verdict.PValue, verdict.BudgetPValue, session.IsAnomaly, session.Weight);

    private static Judged Simple(LabelledSession session, double score) => new(score, 1, 1, session.IsAnomaly, session.Weight);
}
