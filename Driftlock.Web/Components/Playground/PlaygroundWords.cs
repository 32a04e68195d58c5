using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Playground;

/// <summary>What came of a file, in a sentence.</summary>
internal static class PlaygroundWords
{
    public static string Of(PlaygroundSummary summary)
    {
        var judged = $"{Figures.Count(summary.Events, "event")} of {Figures.Count(summary.Streams, "stream")} in {Figures.Duration(TimeSpan.FromSeconds(summary.Seconds))}";
        var cut = summary.CutLines > 0 ? $" {Figures.Count(summary.CutLines, "line")} were very long and were cut." : "";
        if (summary.EventsNeeded > 0)
            return $"{judged}: not enough to judge anything. {Figures.Count(summary.EventsNeeded, "event")} more are needed to know what is normal here.{cut}";
        var found = summary.Anomalies switch
        {
            0 => "nothing stands out",
            _ when summary.Truncated => $"{Figures.Count(summary.Anomalies, "anomaly", "anomalies")}, the first of them below",
            _ => Figures.Count(summary.Anomalies, "anomaly", "anomalies"),
        };
        return $"{judged}: {found}. Of such alarms at most {Figures.Percent(summary.FalseDiscoveryRate)} may be false.{cut}";
    }

    /// <summary>What another rate changed.</summary>
    public static string Compare(PlaygroundSummary before, PlaygroundSummary now, int added, int gone) =>
        (added, gone) switch
        {
            (0, 0) => $"The same as at {Figures.Percent(before.FalseDiscoveryRate)}: none of it hangs on the rate.",
            (_, 0) => $"{Figures.Count(added)} more than at {Figures.Percent(before.FalseDiscoveryRate)}.",
            (0, _) => $"{Figures.Count(gone)} fewer than at {Figures.Percent(before.FalseDiscoveryRate)}; those stand last.",
            _ => $"{Figures.Count(added)} more and {Figures.Count(gone)} fewer than at {Figures.Percent(before.FalseDiscoveryRate)}.",
        } + (before.Windows == now.Windows ? "" : " Other windows were judged, too.");

    public static string Of(PlaygroundProblem problem) => problem.Code switch
    {
        "nothing" => "There is nothing to judge yet: paste some lines, drop a file, or fill in the example.",
        "too_large" => "The file is larger than 16 MB. The command line takes any size: driftlock scan FILE",
        "stopped" => "Stopped.",
        "unread" => "The file could not be read from the browser. Choose it again.",
        "invalid_file" => $"That is not of its format: {VisibleText.Of(problem.Detail.TrimEnd('.'))}. Choose the format by hand if it was told wrong.",
        "busy" => "The engine judges other files at the moment. Try again in some seconds.",
        "too_slow" => "It takes longer than a page may wait. The command line has no such limit: driftlock scan FILE",
        _ when problem.Detail.Length > 0 => $"It could not be judged: {VisibleText.Of(problem.Detail)}",
        _ => "The Api did not answer as it should, so nothing was judged. Trying again is safe.",
    };
}
