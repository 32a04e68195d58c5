using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// Sessions of a live stream, each judged when it is complete and learned then, flagged or not. A session is ranked among the scores that
/// earlier ones had when they were new; the first <see cref="ColdStart"/> are learned and not ranked among, since to an empty model
/// everything is new.
/// </summary>
/// <param name="capacity">Of the model; null: <see cref="SessionCapacity.Whole"/>.</param>
internal sealed class SessionStream(SessionCapacity? capacity = null)
{
    public const int ColdStart = 50;

    public SessionModel Model { get; } = new(capacity);

    public SessionRanking Ranking { get; } = new();

    /// <summary><see cref="SessionScore.Missing"/> of normal sessions.</summary>
    public ScoreHistory Missing { get; } = new();

    public long Bytes => Model.Bytes + SessionRanking.Bytes + ScoreHistory.Bytes;

    /// <summary>Judges a complete session and learns nothing; p is 1 until there is something to be ranked among.</summary>
    /// <param name="events">A template hash an event (<see cref="Logs.TokenTemplate.Hash"/>), in order.</param>
    public SessionVerdict Judge(ReadOnlySpan<ulong> events) => Ranking.Rank(Model.Score(events));

    /// <summary>Learns the session that was judged last. Whoever wants <see cref="SessionModel.Explain"/> asks before.</summary>
    public void Learn(ReadOnlySpan<ulong> events, in SessionVerdict verdict)
    {
        if (Model.Sessions >= ColdStart)
        {
            Ranking.AddParts(verdict.Score);
            // The first one ranks among itself alone: evidence 0.
            Ranking.AddEvidence(verdict.Evidence);
            Missing.Add(verdict.Score.Missing);
        }
        Model.Learn(events);
    }

    public void Save(ByteBuffer target)
    {
        Model.Save(target);
        Ranking.Save(target);
        Missing.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Model.Load(ref source);
        Ranking.Load(ref source);
        Missing.Load(ref source);
    }
}
