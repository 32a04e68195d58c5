using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;

namespace Driftlock.Cbad;

// Slow drift of a stream's numbers against their pinned baselines. Looked at when a window closes, where a block was completed since: one test of the error budget.
public sealed partial class PartitionEngine
{
    private void JudgeDrift(EventStream stream)
    {
        while (stream.Drift.TryTake(out var channel))
        {
            var test = stream.Drift[channel];
            var budget = BudgetOf(stream.Tenant);
            var (tests, rejections, eValue) = (budget.Tests, budget.Rejections, test.EValue);
            if (!budget.TestEvidence(eValue, Configuration.FalseDiscoveryRate)) continue;
            var run = test.IsUpward ? test.Up : test.Down;
            var events = Math.Min(run.RunBlocks * test.Anchor.BlockEvents, stream.Events);
            var verdict = new Verdict(
                test.IsTold ? VerdictKind.Suppressed : VerdictKind.Anomaly, stream.Tenant, new StreamId(stream.Id), stream.Signal, _entry, _ordinal++, stream.Events - events,
                (int)Math.Min(events, int.MaxValue), run.RunTime, stream.LastTime, Math.Min(1, 1 / eValue), null)
            {
                Unit = JudgedUnit.Drift,
            };
            if (verdict.Kind == VerdictKind.Anomaly)
            {
                var proof = stream.ProveDrift(channel);
                verdict = verdict with { Evidence = EvidenceFrame.Build(stream.Source, proof, Configuration, verdict, proof.Calibration.PValue, eValue, tests, rejections, budget) };
            }
            _verdicts.Add(verdict);
            test.Restart();
        }
    }
}
