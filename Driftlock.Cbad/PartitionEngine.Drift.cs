using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad;

// Slow drift of a stream's numbers against their pinned baselines. Looked at when a window closes, where a block was completed since: one test of the error budget.
public sealed partial class PartitionEngine
{
    private void JudgeDrift(EventStream stream)
    {
        while (stream.Drift.TryTake(out var channel))
        {
            var drift = stream.Drift[channel];
            var test = BudgetOf(stream.Tenant).Test(DriftTest.PValueOf(drift.EValue), drift.EValue, Configuration.FalseDiscoveryRate);
            if (!test.IsRejected) continue;
            var run = DriftTest.Leading(drift.Up, drift.Down);
            var events = Math.Min(run.RunBlocks * drift.Anchor.BlockEvents, stream.Events);
            var verdict = new Verdict(
                drift.IsTold ? VerdictKind.Suppressed : VerdictKind.Anomaly, stream.Tenant, new StreamId(stream.Id), stream.Signal, _entry, _ordinal++, stream.Events - events,
                (int)Math.Min(events, int.MaxValue), run.RunTime, stream.LastTime, test.PValue, null)
            {
                Unit = JudgedUnit.Drift,
            };
            _verdicts.Add(verdict.Kind == VerdictKind.Anomaly ? Proven(verdict, stream.Source, stream.ProveDrift(channel), test) : verdict);
            drift.Restart();
        }
    }
}
