using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof of a flagged window of spans of one operation: made, and made again to check it, from the model before the window and its spans.</summary>
internal static class SpanWindowProof
{
    public const int MostNames = 64;

    public static StatisticRanks Ranks { get; } = new(
        SpanWindowScores.Names, SpanWindowScores.Labels, SpanWindowScores.Weights, [.. SpanWindowScores.Names.Select(_ => (double)FixedLog.One)],
        SpanWindowScores.Units, SpanWindowScores.TailPowers);

    public static WindowProof Make(SpanStream stream, Func<ulong, EventStream?> find)
    {
        var rows = SpanRow.ReadAll(stream.Window);
        var others = rows.SelectMany(row => row.Callees.Prepend(row.Caller)).Concat(stream.Model.KnownCallees.ToArray()).Distinct().Where(id => id > JudgedSpan.MissingCaller && id != stream.Id);
        var spans = new EvidenceSpans(EvidenceSpans.Window, null, [SpanNames.Of(stream, stream.ModelBefore.ToArray()), .. SpanNames.Of(others, find).Take(MostNames)]);
        var scored = Score(spans, rows, out var scores);
        Span<int> values = stackalloc int[SpanWindowScores.Kinds];
        scores.CopyTo(values);
        var ranking = stream.Windows.Rank(values);
        var calibration = new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = ranking.Kappa,
            Windows = stream.Windows.Count,
            Extrapolated = ranking.Extrapolated,
            Statistics = Ranks.State(stream.Windows.Histories, values),
        };
        return new WindowProof(
            null, null, spans, stream.Window.ToArray(), stream.WindowEvents, calibration,
            Explain(spans, scored, stream.FirstEvent, ranking, Normals(stream, scored, new SpanNames(spans)), CompressionPanel.Seed(stream.Id, stream.FirstEvent)));
    }

    /// <summary>Computes ranks and explanation again; the p-value to be tested.</summary>
    public static double Check(Evidence evidence, EvidenceSpans spans, Comparison comparison)
    {
        var scored = Score(spans, SpanRow.ReadAll(evidence.Window.Events), out var scores);
        Span<int> values = stackalloc int[SpanWindowScores.Kinds];
        scores.CopyTo(values);
        var ranking = Ranks.CheckRanking(evidence.Calibration, values, comparison);
        comparison.Compare(evidence.Explanation, Explain(spans, scored, evidence.Window.FirstEvent, ranking, evidence.Explanation.NearestNormals, CompressionPanel.SeedOf(evidence)));
        return ranking.PValue;
    }

    // Spans of one trace are scored together and then learned, as they were when the trace was complete.
    private static List<SpanRow> Score(EvidenceSpans spans, List<SpanRow> rows, out SpanWindowScores scores)
    {
        if (rows.Count == 0) throw new FormatException("the window holds no event");
        if (spans.Operations.Count == 0) throw new FormatException("spans.operations: the judged operation must come first");
        var model = SpanNames.Model(spans.Operations[0]);
        scores = default;
        var scored = new List<SpanRow>(rows.Count);
        for (var first = 0; first < rows.Count;)
        {
            var next = first + 1;
            while (next < rows.Count && !rows[next].IsFirst) next++;
            for (var i = first; i < next; i++) scored.Add(rows[i] with { Score = model.Score(rows[i].Judged) });
            for (; first < next; first++)
            {
                model.Learn(rows[first].Judged, scored[first].Score);
                scores = scores.With(scored[first].Score);
            }
        }
        return scored;
    }

    private static Explanation Explain(
        EvidenceSpans spans, List<SpanRow> rows, long firstEvent, WindowRanking ranking, IReadOnlyList<NearestNormal> normals, ulong seed)
    {
        var deciding = SpanWindowScores.Names[ranking.Deciding];
        Func<SpanRow, long> weight = deciding switch
        {
            "structure" or "odd" => row => row.Score.Structure,
            "errors" => row => row.Score.IsError ? 1 : 0,
            _ => row => row.Score.Slowness,
        };
        var explainer = new SpanExplainer(spans, rows, firstEvent, weight);
        return explainer.Explain(ranking, names => SpanWording.WhyWindow(names, explainer.Model(rows[0]), rows, explainer.Costliest, deciding, ranking.PValue), normals, seed);
    }

    private static List<NearestNormal> Normals(SpanStream stream, List<SpanRow> rows, SpanNames names)
    {
        var normal = SpanRow.ReadAll(stream.Normal);
        if (normal.Count == 0) return [];
        var counts = new Dictionary<ulong, int>();
        foreach (var row in normal) counts[row.Shape] = counts.GetValueOrDefault(row.Shape) + 1;
        var common = rows.CountBy(row => row.Shape).Sum(pair => Math.Min(pair.Value, counts.GetValueOrDefault(pair.Key)));
        return [new NearestNormal(stream.NormalFirstEvent, 1 - (common / (double)Math.Max(rows.Count, normal.Count)), [.. normal.Select(row => SpanWording.Line(names, row, false))])];
    }
}
