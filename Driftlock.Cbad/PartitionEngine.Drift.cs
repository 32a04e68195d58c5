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
            var pValue = DriftTest.PValueOf(drift.EValue);
            var (kind, test) = Decide(stream.Tenant, stream.Id, stream.Service, stream.LastTime, pValue, pValue, drift.EValue, drift.IsTold);
            if (kind == VerdictKind.Normal) continue;
            var run = DriftTest.Leading(drift.Up, drift.Down);
            var events = Math.Min(run.RunBlocks * drift.Anchor.BlockEvents, stream.Events);
            var verdict = new Verdict(
                kind, stream.Tenant, new StreamId(stream.Id), stream.Signal, _entry, _ordinal++, stream.Events - events,
                (int)Math.Min(events, int.MaxValue), run.RunTime, stream.LastTime, test.PValue, null)
            {
                Unit = JudgedUnit.Drift,
            };
            _verdicts.Add(verdict.Kind == VerdictKind.Anomaly ? Proven(verdict, stream.Source, stream.ProveDrift(channel), test) : verdict);
            stream.Drift.Restart(channel);
        }
    }
}
