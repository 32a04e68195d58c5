using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Pages;

/// <summary>The state of a tenant in one sentence.</summary>
public static class OverviewWords
{
    private static readonly string[] Order = ["critical", "high", "medium", "low"];

    public static string Lead(Summary summary)
    {
        var open = summary.Anomalies.Open switch
        {
            0 => "Nothing is open",
            1 => "One anomaly is open",
            var n => $"{Figures.Count(n)} anomalies are open",
        };
        var learning = summary.Streams.Calibrating switch
        {
            0 => "all are judged",
            1 => "one is still being learnt",
            var n => $"{Figures.Count(n)} are still being learnt",
        };
        var behind = summary.Lag is { Seconds: > 10 } lag
            ? $" Verdicts are {Figures.Duration(TimeSpan.FromSeconds(Math.Min(lag.Seconds, 1e9)))} behind what has arrived."
            : "";
        return $"{open}. Of {Figures.Count(summary.Streams.Total, "stream")}, {learning}.{behind}";
    }

    /// <summary>Severities that occur, worst first.</summary>
    public static IEnumerable<(string Severity, long Count)> Severities(Summary summary) =>
        Order.Select(s => (s, summary.Anomalies.BySeverity.GetValueOrDefault(s))).Where(p => p.Item2 > 0);
}
