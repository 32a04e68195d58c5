using System.Globalization;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>What people read of a row of metrics that do not fit together.</summary>
/// <param name="resource">The row, and who its members are.</param>
/// <param name="expected">What each member would be if it fitted to the others.</param>
/// <param name="deviations">How far from it is usual.</param>
/// <param name="score">Of the row.</param>
/// <param name="usual">Mean bits of a past row.</param>
internal sealed class ResourceExplainer(EvidenceResource resource, double[] expected, double[] deviations, ResourceScore score, double usual)
{
    // 19 of 20 lie within two deviations.
    private const double Usual = 2;
    private const double UsualShare = 0.95;

    private readonly SeriesWording[] _words = [.. resource.Members.Select(member => new SeriesWording(member.Channel, member.IsDistribution, member.Unit))];

    private int Leading => score.Ranking.Deciding;

    /// <param name="service">Whose metrics they are.</param>
    /// <param name="past">Rows before.</param>
    public Explanation Explain(string service, long past)
    {
        var bits = score.Evidence * PowersOfTen.Bits;
        var lines = Enumerable.Range(0, resource.Members.Count).Select(Line).ToArray();
        int[] costliest = [Leading, .. Enumerable.Range(0, lines.Length).Where(i => i != Leading).OrderByDescending(i => lines[i].Bits).ThenBy(i => i).Take(WindowExplainer.MostCostliest - 1)];
        var affected = Math.Max(1, lines.Count(line => line.Bits > line.ExpectedBits + WindowExplainer.StandsOutBits)) / (double)lines.Length;
        var pValue = score.Ranking.PValue;
        var (low, high) = Band(Leading);
        return new Explanation
        {
            Unit = Units.Resource,
            Why = Why(service, past, pValue),
            Severity = Wording.Severity(pValue, lines.Length < WindowExplainer.LeastForShare ? 0 : affected, default(WindowStatistics)),
            Score = Wording.Score(pValue),
            ExcessBits = bits - usual,
            TotalBits = bits,
            AffectedShare = affected,
            Lines = lines,
            Costliest = costliest,
            NearestNormals = [],
            Compression = CompressionPanel.Measure([], [], 0),
            Series = new SeriesExplanation(
                _words[Leading].Channel, resource.Members[Leading].Unit, "relation", expected[Leading], low, high, null, [new FamilyBits("relation", lines[Leading].Bits)],
                [.. resource.Context.Select(row => new ExplainedPoint(row.TimeUnixNano, row.Values[Leading], null)), new ExplainedPoint(resource.Row.TimeUnixNano, resource.Row.Values[Leading], lines[Leading].Bits)]),
        };
    }

    private (double Low, double High) Band(int member) => (expected[member] - (Usual * deviations[member]), expected[member] + (Usual * deviations[member]));

    private ExplainedLine Line(int member)
    {
        var (low, high) = Band(member);
        var (words, bits) = (_words[member], score.Shares[member] * score.Evidence * PowersOfTen.Bits);
        var figure = words.Labelled(Value(member));
        var name = resource.Members[member].Name + ": ";
        return new ExplainedLine
        {
            Index = member,
            Event = member,
            TimeUnixNano = resource.Row.TimeUnixNano,
            Severity = null,
            Text = name + figure,
            Bits = bits,
            ExpectedBits = usual / resource.Members.Count,
            IsNew = false,
            Tokens = bits > 0 ? [new TokenBits(name.Length, figure.Length, bits)] : [],
            Expected = [new ExpectedInstead($"{words.Figure(low)} to {words.Figure(high)}", UsualShare)],
        };
    }

    private double Value(int member) => resource.Row.Values[member] ?? double.NaN;

    private string Why(string service, long past, double pValue)
    {
        var (words, member) = (_words[Leading], resource.Members[Leading]);
        var what = SeriesWording.Subject(member.Channel) + SeriesWording.Short(member.Name);
        var (low, high) = Band(Leading);
        var time = ulong.Parse(resource.Row.TimeUnixNano, CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The metrics of {service} no longer fit together: {what} is {words.Figure(Value(Leading))} at {SeriesWording.Time(time)}, where {words.Figure(low)} to {words.Figure(high)} would follow from the {resource.Members.Count - 1} others, as it did in {past} rows before (p = {Wording.Short(pValue)}).");
    }
}
