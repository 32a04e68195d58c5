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
        if (_beats.Hear(stream, tenant, block, receivedUnixNano)) Test(tenant, 1);
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
        var test = Test(group.Tenant, RollCall.PValue(missed, group.Roll.Sendings, group.Roll.Followed));
        if (!test.IsRejected) return;
        var followed = group.Roll.Followed;
        var missing = group.Roll.Tell(missed);
        var stream = _streams[missed.Hash];
        var verdict = new Verdict(
            VerdictKind.Anomaly, group.Tenant, new StreamId(stream.Id), Signal.Metrics, _entry, _ordinal++, stream.Events, 0, (ulong)stream.LastReceived, (ulong)nowUnixNano, test.PValue, null)
        {
            Unit = JudgedUnit.Silence,
        };
        var proof = MissingProof.Make(stream, missed, group.Roll.Sendings, followed, missing, nowUnixNano);
        _verdicts.Add(Proven(verdict, stream.Source, proof, test));
    }

    private void JudgeSilences(long nowUnixNano)
    {
        foreach (var beat in _beats.All)
        {
            if (!beat.IsOverdue(nowUnixNano, Configuration.FalseDiscoveryRate)) continue;
            var ranking = SilenceProof.Rank(beat, nowUnixNano);
            var test = Test(beat.Tenant, ranking.BudgetPValue);
            if (!test.IsRejected) continue;
            beat.IsReported = true;
            var stream = new StreamId(beat.Stream);
            var verdict = new Verdict(
                VerdictKind.Anomaly, beat.Tenant, stream, beat.Signal, _entry, _ordinal++, Progress(stream).EventsSeen, 0, (ulong)beat.LastReceived, (ulong)nowUnixNano,
                ranking.PValue, null)
            {
                Unit = JudgedUnit.Silence,
            };
            var source = EvidenceFrame.Source(beat.Stream, beat.Signal, beat.Service, beat.Name, beat.Tenant);
            _verdicts.Add(Proven(verdict, source, SilenceProof.Make(beat, nowUnixNano, ranking), test));
        }
    }
}
