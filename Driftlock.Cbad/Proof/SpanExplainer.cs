using System.Globalization;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>What people read of flagged spans.</summary>
/// <param name="spans">What was known of their operations.</param>
/// <param name="rows">The spans, scored.</param>
/// <param name="firstEvent">Index of the first in its stream.</param>
/// <param name="weight">By which the span that raised the alarm is chosen.</param>
internal sealed class SpanExplainer(EvidenceSpans spans, List<SpanRow> rows, long firstEvent, Func<SpanRow, long> weight)
{
    /// <summary>A trace of more spans shows those that deviate most.</summary>
    private const int MostLines = 200;

    private readonly SpanNames _names = new(spans);
    private readonly Dictionary<string, SpanModel> _models = spans.Operations.Where(operation => operation.State.Length > 0).ToDictionary(operation => operation.Id, SpanNames.Model);

    /// <summary>Index of the span that raised the alarm.</summary>
    public int Costliest { get; } = rows.Select((row, index) => (Weight: weight(row), index)).MaxBy(pair => pair.Weight).index;

    /// <summary>What the span's operation was like before; null for one that was not judged.</summary>
    public SpanModel? Model(SpanRow row) => _models.GetValueOrDefault(new Events.StreamId(row.Facts.Operation).ToString());

    public Explanation Explain(WindowRanking ranking, Func<SpanNames, string> why, IReadOnlyList<NearestNormal> normals, ulong seed)
    {
        int[] shown = [.. Enumerable.Range(0, rows.Count).OrderByDescending(i => weight(rows[i])).ThenBy(i => i).Take(MostLines).Order()];
        ExplainedLine[] lines = [.. shown.Select(Line)];
        int[] costliest = [.. Enumerable.Range(0, lines.Length).OrderByDescending(i => weight(rows[shown[i]])).ThenBy(i => i).Take(WindowExplainer.MostCostliest)];
        foreach (var index in costliest)
            if (Model(rows[shown[index]]) is { } model) lines[index] = lines[index] with { Expected = SpanWording.Expected(_names, model, rows[shown[index]]) };
        var share = Math.Max(1, lines.Count(line => line.Bits > line.ExpectedBits + WindowExplainer.StandsOutBits)) / (double)rows.Count;
        var (total, usual) = (ScoredWindow.ToBits(rows.Sum(row => (long)row.Score.Bits)), ScoredWindow.ToBits(rows.Sum(row => (long)row.Score.Usual)));
        return new Explanation
        {
            Unit = spans.Unit,
            Why = why(_names),
            Severity = Wording.Severity(ranking.PValue, rows.Count < WindowExplainer.LeastForShare || spans.Unit == Units.Trace ? 0 : share, default),
            Score = Wording.Score(ranking.PValue),
            ExcessBits = total - usual,
            TotalBits = total,
            AffectedShare = share,
            Lines = lines,
            Costliest = costliest,
            NearestNormals = normals,
            Compression = CompressionPanel.Measure([.. lines.Select(line => line.Text)], normals, seed),
        };
    }

    private ExplainedLine Line(int index)
    {
        var row = rows[index];
        return new ExplainedLine
        {
            Index = index,
            // Spans of a trace belong to many streams: the trace counts as one event of its root's.
            Event = spans.Unit == Units.Trace ? firstEvent : firstEvent + index,
            TimeUnixNano = row.Facts.Start.ToString(CultureInfo.InvariantCulture),
            Severity = row.Score.IsError || row.Facts.Status == SpanFacts.Error ? "ERROR" : null,
            Text = SpanWording.Line(_names, row, spans.Unit == Units.Trace, out var tokens),
            Bits = ScoredWindow.ToBits(row.Score.Bits),
            ExpectedBits = ScoredWindow.ToBits(row.Score.Usual),
            IsNew = Model(row) is not { Spans: > 0 },
            Tokens = tokens,
            Expected = [],
        };
    }
}
