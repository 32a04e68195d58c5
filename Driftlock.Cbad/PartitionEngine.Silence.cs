using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Silence;

namespace Driftlock.Cbad;

// A service or a log that came in a beat and comes no more. A pause is one test, whether it ends or goes on.
public sealed partial class PartitionEngine
{
    private readonly Beats _beats = new();

    /// <summary>True while a silence could be noticed: ticks are needed, every <see cref="AwaitedTickNano"/>.</summary>
    public bool AwaitsBeats => _beats.AreAwaited;

    /// <summary>How late a silence may be noticed; far below <see cref="Beats.InterruptedNano"/>.</summary>
    public const long AwaitedTickNano = 15_000_000_000;

    private void Hear(ulong stream, int tenant, in EventBlock block, long receivedUnixNano)
    {
        if (_beats.Hear(stream, tenant, block, receivedUnixNano)) Decide(tenant, stream, block.Service, (ulong)receivedUnixNano, 1, 1, null, isOfEpisode: false);
    }

    private void CallRoll(ResourceGroup group, ulong stream, PointKind kind, ulong sender, long receivedUnixNano)
    {
        if (group.Roll.IsNext(receivedUnixNano))
        {
            JudgeMissing(group, receivedUnixNano);
            group.Roll.Begin(receivedUnixNano);
        }
        // Who sends differences sends nothing where nothing happened.
        if (kind is PointKind.Gauge or PointKind.CumulativeSum or PointKind.CumulativeHistogram or PointKind.CumulativeExponentialHistogram)
            group.Roll.Hear(stream, sender);
    }

    private void JudgeMissing(ResourceGroup group, long nowUnixNano)
    {
        if (!group.Roll.TryMissed(out var missed)) return;
        var stream = _streams[missed.Hash];
        var pValue = RollCall.PValue(missed, group.Roll.Sendings, group.Roll.Followed);
        var (kind, test) = Decide(group.Tenant, stream.Id, group.Service, (ulong)nowUnixNano, pValue, pValue, null, isOfEpisode: false);
        if (kind == VerdictKind.Normal) return;
        var followed = group.Roll.Followed;
        var missing = group.Roll.Tell(missed);
        var verdict = new Verdict(
            kind, group.Tenant, new StreamId(stream.Id), Signal.Metrics, _entry, _ordinal++, stream.Events, 0, (ulong)stream.LastReceived, (ulong)nowUnixNano, test.PValue, null)
        {
            Unit = JudgedUnit.Silence,
        };
        if (kind == VerdictKind.Anomaly) verdict = Proven(verdict, stream.Source, MissingProof.Make(stream, missed, group.Roll.Sendings, followed, missing, nowUnixNano), test);
        _verdicts.Add(verdict);
    }

    private void JudgeSilences(long nowUnixNano)
    {
        foreach (var beat in _beats.All)
        {
            if (!beat.IsOverdue(nowUnixNano, ConfigurationOf(beat.Tenant).FalseDiscoveryRate)) continue;
            var ranking = SilenceProof.Rank(beat, nowUnixNano);
            var (kind, test) = Decide(beat.Tenant, beat.Stream, beat.Service, (ulong)nowUnixNano, ranking.PValue, ranking.BudgetPValue, null, isOfEpisode: false);
            if (kind == VerdictKind.Normal) continue;
            beat.IsReported = true;
            var stream = new StreamId(beat.Stream);
            var verdict = new Verdict(
                kind, beat.Tenant, stream, beat.Signal, _entry, _ordinal++, Progress(stream).EventsSeen, 0, (ulong)beat.LastReceived, (ulong)nowUnixNano,
                ranking.PValue, null)
            {
                Unit = JudgedUnit.Silence,
            };
            var source = EvidenceFrame.Source(beat.Stream, beat.Signal, beat.Service, beat.Name, beat.Tenant);
            _verdicts.Add(kind == VerdictKind.Anomaly ? Proven(verdict, source, SilenceProof.Make(beat, nowUnixNano, ranking), test) : verdict);
        }
    }
}
