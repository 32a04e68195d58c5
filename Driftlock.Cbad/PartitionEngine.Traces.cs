using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad;

// Spans are judged twice: with their trace once it is complete, and in the window of their operation.
public sealed partial class PartitionEngine
{
    private void ObserveSpans(ulong id, int tenant, EventBlock block, long receivedUnixNano)
    {
        var traces = TracesOf(tenant);
        if (!_streams.ContainsKey(id)) _streams[id] = new SpanStream(id, tenant, block.Service.ToArray(), block.Name.ToArray(), ConfigurationOf(tenant, id).WindowEvents);
        var reader = block.Read();
        while (reader.Next(out var view))
        {
            var span = SpanFacts.Of(id, view, receivedUnixNano);
            if (!TraceAssembly.TryIdOf(view, out var high, out var low))
            {
                traces.TakeAlone(span);
                JudgeTrace(tenant, traces, receivedUnixNano);
                continue;
            }
            while (traces.Assembly.IsFull && traces.Assembly.TryTake(receivedUnixNano, traces.Tree)) JudgeTrace(tenant, traces, receivedUnixNano);
            traces.Assembly.Add(high, low, span, receivedUnixNano);
        }
        JudgeCompleteTraces(tenant, traces, receivedUnixNano);
    }

    private void JudgeCompleteTraces(int tenant, TenantTraces traces, long nowUnixNano)
    {
        while (traces.Assembly.TryTake(nowUnixNano, traces.Tree)) JudgeTrace(tenant, traces, nowUnixNano);
    }

    private TenantTraces TracesOf(int tenant)
    {
        if (!_traces.TryGetValue(tenant, out var traces)) _traces[tenant] = traces = new TenantTraces(_spanModels);
        return traces;
    }

    private void JudgeTrace(int tenant, TenantTraces traces, long receivedUnixNano)
    {
        var tree = traces.Tree;
        var scores = traces.Model.Score(tree);
        if (_spans(tree.Spans[tree.Root].Operation) is { } root) Judge(tenant, tree, root, scores);
        traces.Model.Learn(tree, receivedUnixNano, _spans, _judgeSpans);
        foreach (var span in tree.Spans)
        {
            if (_spans(span.Operation) is not { } stream) continue;
            MarkOpen(stream);
            _changed.Add(stream.Id);
        }
    }

    private void Judge(int tenant, TraceTree tree, SpanStream root, in TraceScores scores)
    {
        var calibration = root.BeginTraces();
        var ranking = calibration.Rank(scores);
        var kind = VerdictKind.Calibrating;
        if (root.Events - root.CalibratedFrom >= ConfigurationOf(root).BaselineEvents)
        {
            (kind, var test) = Decide(
                tenant, root.Id, root.Service, tree.Spans[^1].Start, ranking.PValue, ranking.BudgetPValue, null, calibration.IsOfEpisode(scores));
            var verdict = new Verdict(
                kind, tenant, new StreamId(root.Id), Signal.Traces, _entry, _ordinal++, root.Events, tree.Count, tree.Spans[0].Start, tree.Spans[^1].Start, ranking.PValue, null)
            {
                Unit = JudgedUnit.Trace,
            };
            _verdicts.Add(kind == VerdictKind.Anomaly ? Proven(verdict, root.Source, TraceProof.Make(tree, root, scores, ranking, _spans), test) : verdict);
        }
        calibration.Learn(scores, ranking, kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
    }
}
