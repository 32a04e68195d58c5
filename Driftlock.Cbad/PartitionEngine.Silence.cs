using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
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
        if (_beats.Hear(stream, tenant, block, receivedUnixNano)) BudgetOf(tenant).Test(1, Configuration.FalseDiscoveryRate);
    }

    private void JudgeSilences(long nowUnixNano)
    {
        foreach (var beat in _beats.All)
        {
            if (!beat.IsOverdue(nowUnixNano, Configuration.FalseDiscoveryRate)) continue;
            beat.IsReported = true;
            var ranking = SilenceProof.Rank(beat, nowUnixNano);
            var budget = BudgetOf(beat.Tenant);
            var (tests, rejections) = (budget.Tests, budget.Rejections);
            if (Decide(budget, ranking, isOfEpisode: false) != VerdictKind.Anomaly) continue;
            var stream = new StreamId(beat.Stream);
            var verdict = new Verdict(
                VerdictKind.Anomaly, beat.Tenant, stream, beat.Signal, _entry, _ordinal++, Progress(stream).EventsSeen, 0, (ulong)beat.LastReceived, (ulong)nowUnixNano,
                ranking.PValue, null)
            {
                Unit = JudgedUnit.Silence,
            };
            var source = EvidenceFrame.Source(beat.Stream, beat.Signal, beat.Service, beat.Name, beat.Tenant);
            var proof = SilenceProof.Make(beat, nowUnixNano, ranking);
            _verdicts.Add(verdict with { Evidence = EvidenceFrame.Build(source, proof, Configuration, verdict, ranking.BudgetPValue, AlarmBudget.EValue(ranking.BudgetPValue), tests, rejections, budget) });
        }
    }
}
