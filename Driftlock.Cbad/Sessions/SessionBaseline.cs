using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// What sessions of a stream are compared with when the past is given: a model of all of it, and the scores that its sessions had
/// as new ones (<see cref="CrossFit"/>). It judges and never learns.
/// </summary>
internal sealed class SessionBaseline
{
    private TrimmedTail _trimmed;

    private SessionBaseline(SessionModel model)
    {
        Model = model;
    }

    public SessionModel Model { get; }

    public SessionRanking Ranking { get; } = new();

    /// <summary>Training sessions that were left out because they are not like the rest (<see cref="Trimming"/>).</summary>
    public int Trimmed { get; private set; }

    public long Bytes => Model.Bytes + SessionRanking.Bytes;

    /// <param name="sessions">Template hashes, session by session, oldest first; at least 2.</param>
    public static SessionBaseline Fit(IReadOnlyList<ReadOnlyMemory<ulong>> sessions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sessions.Count, 2);
        var every = new bool[sessions.Count];
        Array.Fill(every, true);
        var scores = CrossFit.Score(sessions, every);
        var kept = Trimming.Keep(sessions, ref scores);
        var baseline = new SessionBaseline(CrossFit.Fit(sessions, kept)) { Trimmed = kept.Count(keep => !keep) };
        baseline.Calibrate([.. scores.Where((_, i) => kept[i])]);
        return baseline;
    }

    public SessionVerdict Judge(ReadOnlySpan<ulong> events) => Ranking.Rank(Model.Score(events), _trimmed);

    public void Save(ByteBuffer target)
    {
        Model.Save(target);
        Ranking.Save(target);
        _trimmed.Save(target);
        target.WriteVarint((ulong)Trimmed);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static SessionBaseline Load(scoped ref ReadOnlySpan<byte> source)
    {
        var baseline = new SessionBaseline(new SessionModel());
        baseline.Model.Load(ref source);
        baseline.Ranking.Load(ref source);
        baseline._trimmed = TrimmedTail.Load(ref source);
        baseline.Trimmed = (int)Varint.Read(ref source);
        return baseline;
    }

    private void Calibrate(SessionScore[] scores)
    {
        foreach (var score in scores) Ranking.AddParts(score);
        var evidence = new int[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            evidence[i] = Ranking.Evidence(scores[i], isPast: true, out _);
            Ranking.AddEvidence(evidence[i]);
        }
        if (Trimmed == 0) return;
        Array.Sort(evidence);
        _trimmed = TrimmedTail.Of(evidence[evidence.Length / 2], evidence[(int)(evidence.Length * (1 - TrimmedTail.BodyShare))]);
    }
}
