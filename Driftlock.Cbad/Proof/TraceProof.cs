using System.Globalization;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof of a flagged trace: made, and made again to check it, from the models of its operations before the trace and its spans.</summary>
internal static class TraceProof
{
    public static StatisticRanks Ranks { get; } = new(
        TraceScores.Names, TraceScores.Labels, TraceScores.Weights, [.. TraceScores.Names.Select(_ => (double)FixedLog.One)], TraceScores.Units, TraceScores.TailPowers);

    /// <param name="tree">The trace, scored and not learned.</param>
    /// <param name="root">The stream of its root.</param>
    /// <param name="scores">Of the trace.</param>
    /// <param name="ranking">Of the scores.</param>
    /// <param name="find">Streams by id.</param>
    public static WindowProof Make(TraceTree tree, SpanStream root, in TraceScores scores, in WindowRanking ranking, Func<ulong, SpanStream?> find)
    {
        var facts = new ByteBuffer(tree.Count * SpanFacts.Bytes);
        var judged = new SortedDictionary<ulong, EvidenceOperation>();
        foreach (var span in tree.Spans)
        {
            span.Save(facts);
            if (judged.ContainsKey(span.Operation) || find(span.Operation) is not { } stream) continue;
            var state = new ByteBuffer();
            stream.Model.Save(state);
            judged.Add(span.Operation, SpanNames.Of(stream, state.Written.ToArray()));
        }
        var called = judged.Keys.SelectMany(id => find(id)!.Model.KnownCallees.ToArray()).Distinct().Where(id => !judged.ContainsKey(id)).ToArray();
        var spans = new EvidenceSpans(
            EvidenceSpans.Trace, SpanNames.Hex(tree.TraceIdHigh, tree.TraceIdLow), [.. judged.Values, .. SpanNames.Of(called, find).Take(SpanWindowProof.MostNames)]);
        Span<int> values = stackalloc int[TraceScores.Kinds];
        scores.CopyTo(values);
        var past = root.Traces!.Past;
        var calibration = new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = ranking.Kappa,
            Windows = past.Count,
            Extrapolated = ranking.Extrapolated,
            Statistics = Ranks.State(past.Histories, values),
        };
        return new WindowProof(
            null, null, spans, facts.Written.ToArray(), TraceAssembly.MaxSpansPerTrace, calibration,
            Explain(spans, Score(spans, facts.Written, out _), root.Events, ranking, CompressionPanel.Seed(root.Id, root.Events)));
    }

    /// <summary>Computes ranks and explanation again; the p-value to be tested.</summary>
    public static double Check(Evidence evidence, EvidenceSpans spans, Comparison comparison)
    {
        var rows = Score(spans, evidence.Window.Events, out var scores);
        Span<int> values = stackalloc int[TraceScores.Kinds];
        scores.CopyTo(values);
        var ranking = Ranks.CheckRanking(evidence.Calibration, values, comparison);
        comparison.Compare(evidence.Explanation, Explain(spans, rows, evidence.Window.FirstEvent, ranking, CompressionPanel.SeedOf(evidence)));
        return ranking.PValue;
    }

    private static List<SpanRow> Score(EvidenceSpans spans, ReadOnlySpan<byte> facts, out TraceScores scores)
    {
        if (spans.TraceId is not { Length: 32 } id || !StreamId.TryParse(id[..16], out var high) || !StreamId.TryParse(id[16..], out var low))
            throw new FormatException("spans.traceId: 32 hex digits are right");
        var models = spans.Operations.Where(operation => operation.State.Length > 0).ToDictionary(
            operation => ulong.Parse(operation.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), SpanNames.Model);
        var tree = new TraceTree();
        tree.Clear(high.Value, low.Value, 0);
        while (!facts.IsEmpty) tree.Add(SpanFacts.Load(ref facts));
        if (tree.Count == 0) throw new FormatException("the window holds no event");
        tree.Link();
        var traceModel = new TraceModel(models.GetValueOrDefault);
        scores = traceModel.Score(tree);
        var rows = new List<SpanRow>(tree.Count);
        for (var i = 0; i < tree.Count; i++) rows.Add(SpanRow.Of(traceModel.SpanOf(tree, i), traceModel.Scores[i], Depth(tree, i)));
        return rows;
    }

    private static int Depth(TraceTree tree, int span)
    {
        var depth = 0;
        // Parents may form a circle where ids repeat.
        for (var at = tree.Parents[span]; at >= 0 && depth < tree.Count; at = tree.Parents[at]) depth++;
        return depth;
    }

    private static Explanation Explain(EvidenceSpans spans, List<SpanRow> rows, long firstEvent, in WindowRanking ranking, ulong seed)
    {
        var explainer = new SpanExplainer(spans, rows, firstEvent, row => TraceDeviation.BitsOf(row.Score));
        var pValue = ranking.PValue;
        return explainer.Explain(ranking, names => SpanWording.WhyTrace(names, explainer.Model(rows[explainer.Costliest]), rows, explainer.Costliest, spans.TraceId!, pValue), [], seed);
    }
}
