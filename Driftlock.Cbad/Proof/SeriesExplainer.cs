using System.Globalization;
using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>What people read of a flagged window of a metric.</summary>
/// <param name="series">The models before the window.</param>
/// <param name="events">The window's points.</param>
/// <param name="window">What was found.</param>
/// <param name="decided">The deciding number's score.</param>
/// <param name="bits">Evidence in bits, by point and channel.</param>
/// <param name="expected">Mean bits of a past point.</param>
/// <param name="local">Time whose hours the series may follow.</param>
/// <param name="before">The deciding channel's model before the window.</param>
/// <param name="after">The same after it.</param>
internal sealed class SeriesExplainer(
    EvidenceSeries series, byte[] events, SeriesWindow window, SeriesScore decided, double[][] bits, double expected, LocalTime local, SeriesModel before, SeriesModel after)
{
    private const double UsualShare = 0.95;

    /// <param name="name">Of the series.</param>
    /// <param name="seed">Of the codec's permutations.</param>
    /// <param name="past">Past points.</param>
    public Explanation Explain(string name, ulong seed, long past)
    {
        var lines = Lines(out var unit, out var points);
        int[] costliest = [window.Point, .. Enumerable.Range(0, lines.Length).Where(i => i != window.Point).OrderByDescending(i => lines[i].Bits).ThenBy(i => i).Take(WindowExplainer.MostCostliest - 1)];
        var context = Context(points);
        var deciding = context[^(lines.Length - window.Point)];
        // Under the model before the window: the window's own first points are no part of what is usual.
        var time = ulong.Parse(deciding.TimeUnixNano, CultureInfo.InvariantCulture);
        var hour = LocalHour.Of(time, local.OffsetMinutes(time));
        var usual = before.Usual(hour, decided.Leading, decided.ByWeek);
        var words = new SeriesWording(series.Channels[window.Channel].Name, series.Channels.Count > 1, unit);
        lines[window.Point] = lines[window.Point] with { Expected = [new ExpectedInstead($"{words.Figure(usual.Low)} to {words.Figure(usual.High)}", UsualShare)] };
        var affected = Math.Max(1, lines.Count(line => line.Bits > expected + WindowExplainer.StandsOutBits)) / (double)lines.Length;
        var normals = NearestStretch.Of(after, lines.Length, words);
        var total = lines.Sum(line => line.Bits);
        return new Explanation
        {
            Unit = Units.Window,
            Why = words.Why(name, deciding, decided, SeriesWording.HourOf(hour, decided.ByWeek, local.Zone), usual, past, window.Ranking.PValue),
            Severity = Wording.Severity(window.Ranking.PValue, lines.Length < WindowExplainer.LeastForShare ? 0 : affected, default(WindowStatistics)),
            Score = Wording.Score(window.Ranking.PValue),
            ExcessBits = total - (expected * lines.Length),
            TotalBits = total,
            AffectedShare = affected,
            Lines = lines,
            Costliest = costliest,
            NearestNormals = normals,
            Compression = CompressionPanel.Measure(NearestStretch.Newest(after, words), normals, seed),
            Series = new SeriesExplanation(
                words.Channel, unit, SeriesWording.NameOf(decided.Leading, decided.ByWeek), usual.Typical, usual.Low, usual.High,
                decided.ChangeTime?.ToString(CultureInfo.InvariantCulture), Families(), context),
        };
    }

    private ExplainedLine[] Lines(out string unit, out List<ExplainedPoint> points)
    {
        unit = "";
        points = [];
        var lines = new ExplainedLine[bits.Length];
        var reader = new EventReader(Signal.Metrics, events);
        for (var index = 0; reader.Next(out var view); index++)
        {
            unit = Encoding.UTF8.GetString(view.Name);
            var text = new StringBuilder();
            var tokens = new List<TokenBits>();
            for (var channel = 0; channel < series.Channels.Count; channel++)
            {
                if (channel > 0) text.Append(", ");
                var figure = new SeriesWording(series.Channels[channel].Name, series.Channels.Count > 1, unit).Labelled(view.Number(channel));
                if (bits[index][channel] > 0) tokens.Add(new TokenBits(text.Length, figure.Length, bits[index][channel]));
                text.Append(figure);
            }
            var value = view.Number(window.Channel);
            var time = view.TimeUnixNano.ToString(CultureInfo.InvariantCulture);
            points.Add(new ExplainedPoint(time, double.IsFinite(value) ? value : null, bits[index][window.Channel]));
            lines[index] = new ExplainedLine
            {
                Index = index,
                Event = series.Points + index,
                TimeUnixNano = time,
                Severity = null,
                Text = text.ToString(),
                Bits = bits[index].Max(),
                ExpectedBits = expected,
                IsNew = false,
                Tokens = tokens,
                Expected = [],
            };
        }
        return lines;
    }

    /// <summary>The points before the window that the deciding model still holds, then those of the window.</summary>
    private List<ExplainedPoint> Context(List<ExplainedPoint> points)
    {
        var context = new List<ExplainedPoint>(before.Recent.Count + points.Count);
        for (var row = 0; row < before.Recent.Count; row++)
        {
            var (time, value) = before.Recent[row];
            context.Add(new ExplainedPoint(time.ToString(CultureInfo.InvariantCulture), before.InValues(value), null));
        }
        context.AddRange(points);
        return context;
    }

    private List<FamilyBits> Families()
    {
        var families = new List<FamilyBits>();
        for (var family = 0; family < FamilyEvidence.Count; family++)
            if (decided.Families[family] > 0) families.Add(new FamilyBits(SeriesWording.NameOf((SeriesFamily)family, decided.ByWeek), decided.Families[family] * PowersOfTen.Bits));
        return [.. families.OrderByDescending(family => family.Bits)];
    }
}
