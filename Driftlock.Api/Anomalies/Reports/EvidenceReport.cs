using System.Globalization;
using Driftlock.Cbad;

namespace Driftlock.Api.Anomalies.Reports;

/// <summary>What a piece of evidence says, for people who have neither the dashboard nor the command line: for a ticket, a mail, a file of records.</summary>
public static class EvidenceReport
{
    private const int MostLines = 200;
    private const int MostStatistics = 10;

    public static IReadOnlyList<ReportBlock> Of(string id, Evidence evidence)
    {
        var (explanation, calibration, budget) = (evidence.Explanation, evidence.Calibration, evidence.Budget);
        var report = new List<ReportBlock>
        {
            new Heading(1, $"Anomaly {id}: {explanation.Severity}"),
            new Paragraph(explanation.Why),
            Facts(evidence),
        };
        if (explanation.Costliest.Count > 0) Lines(report, explanation);
        report.Add(new Heading(2, "How unusual that is"));
        report.Add(new Paragraph(string.Create(
            CultureInfo.InvariantCulture,
            $"p = {calibration.PValue:G3}, ranked among {calibration.Windows:N0} before{(calibration.Extrapolated ? ", beyond all of them, on a tail fitted to the highest" : "")}.")));
        report.Add(new Table(
            ["Statistic", "Value", "p", "Weight", "Before, at least as much"],
            [.. calibration.Statistics.Take(MostStatistics).Select(statistic => (IReadOnlyList<string>)
                [statistic.Label, Number(statistic.Value), Number(statistic.PValue), Number(statistic.Weight), string.Create(CultureInfo.InvariantCulture, $"{statistic.AtLeast:N0} of {statistic.Count:N0}")])]));
        report.Add(new Heading(2, "Why it raised an alarm"));
        report.Add(new Paragraph(string.Create(
            CultureInfo.InvariantCulture,
            $"e = {budget.EValue:G4}, where {budget.Threshold:G4} was asked: at most {budget.Level:P0} of all alarms may be false ({budget.Procedure}, epochs of {budget.Epoch} tests; {budget.RejectionsBefore} alarms in this one before).")));
        report.Add(new Heading(2, "How to check it"));
        report.Add(new Paragraph($"Computed by engine {evidence.Engine}. The evidence bundle holds all that the verdict rests on; this page is made from it and proves nothing by itself. With the bundle beside you:"));
        report.Add(new Verbatim([$"driftlock verify driftlock-evidence-{id}.json"]));
        report.Add(new Paragraph($"Hash of its content: {evidence.ContentHash}"));
        return report;
    }

    private static Table Facts(Evidence evidence) => new(
        ["", ""],
        [
            ["Service", evidence.Stream.Service],
            ["Stream", evidence.Stream.Name],
            ["Signal", evidence.Stream.Signal],
            ["Judged", evidence.Explanation.Unit],
            ["First event", Time(evidence.Window.FirstTimeUnixNano)],
            ["Last event", Time(evidence.Window.LastTimeUnixNano)],
            ["Events", evidence.Window.EventCount.ToString("N0", CultureInfo.InvariantCulture)],
            ["Excess", string.Create(CultureInfo.InvariantCulture, $"{evidence.Explanation.ExcessBits:N0} bits")],
            ["Score", string.Create(CultureInfo.InvariantCulture, $"{evidence.Explanation.Score} of 100")],
        ]);

    private static void Lines(List<ReportBlock> report, Explanation explanation)
    {
        report.Add(new Heading(2, "What cost most"));
        foreach (var line in explanation.Costliest.Select(index => explanation.Lines[index]).Where((line, place) => place == 0 || line.Bits > line.ExpectedBits))
        {
            report.Add(new Paragraph(string.Create(CultureInfo.InvariantCulture, $"{line.Bits:N0} bits, where {line.ExpectedBits:N0} is usual{(line.IsNew ? "; nothing of this shape was seen before" : "")}:")));
            report.Add(new Verbatim([line.Text]));
            if (line.Expected.Count > 0) report.Add(new Table(["Expected instead", "Share"], [.. line.Expected.Select(expected => (IReadOnlyList<string>)[expected.Text, expected.Share.ToString("P0", CultureInfo.InvariantCulture)])]));
        }
        report.Add(new Heading(2, explanation.Lines.Count > MostLines ? $"The first {MostLines} of {explanation.Lines.Count} lines" : "All lines"));
        report.Add(new Verbatim([.. explanation.Lines.Take(MostLines).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Bits,8:N1}  {line.Text}"))]));
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Time(string unixNano) => ulong.TryParse(unixNano, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) && nanoseconds / 100 < (ulong)(DateTime.MaxValue - DateTime.UnixEpoch).Ticks
        ? DateTime.UnixEpoch.AddTicks((long)(nanoseconds / 100)).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : unixNano;
}
