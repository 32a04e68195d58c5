using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cbad;

// Log records that share a key are judged twice: in the window of their stream, and together once their session is complete.
public sealed partial class PartitionEngine
{
    private readonly SortedSet<ulong> _inSession = [];
    private readonly ClosedSession _session = new();

    private void JudgeCompleteSessions(long nowUnixNano)
    {
        foreach (var id in _inSession.ToArray())
        {
            var stream = (LogStream)_streams[id];
            var open = stream.Sessions!.Open.Count;
            stream.UseSessionKey(ConfigurationOf(stream).SessionKey);
            JudgeCompleteSessions(stream, nowUnixNano);
            if (stream.Sessions is { } sessions && sessions.Open.Count == open) continue;
            _changed.Add(id);
            MarkOpen(stream);
        }
    }

    private void JudgeCompleteSessions(LogStream stream, long nowUnixNano)
    {
        if (stream.Sessions is not { } sessions) return;
        while (sessions.Open.TryTake(nowUnixNano, _session))
            if (sessions.IsWorthJudging(_session)) Judge(stream, sessions, _session);
    }

    private void Judge(LogStream stream, LogSessions sessions, ClosedSession session)
    {
        var judged = sessions.Past.Judge(session.Templates);
        var kind = VerdictKind.Calibrating;
        if (stream.Events - stream.CalibratedFrom >= ConfigurationOf(stream).BaselineEvents && judged.Past >= ScoreRank.LeastForTail)
        {
            var ranked = StreamPValue.Of(judged, sessions.Past);
            (kind, var test) = Decide(
                stream.Tenant, stream.Id, stream.Service, session.LastTime, ranked.PValue, ranked.PValue, null, sessions.IsOfEpisode(judged.Score));
            var verdict = new Verdict(
                kind, stream.Tenant, new StreamId(stream.Id), stream.Signal, _entry, _ordinal++, session.FirstEvent, session.Events.Length, session.FirstTime,
                session.LastTime, ranked.PValue, null)
            {
                Unit = JudgedUnit.Session,
            };
            _verdicts.Add(kind == VerdictKind.Anomaly ? Proven(verdict, stream.Source, SessionProof.Make(stream, sessions, session), test) : verdict);
        }
        sessions.Learn(session, judged, kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
    }
}
