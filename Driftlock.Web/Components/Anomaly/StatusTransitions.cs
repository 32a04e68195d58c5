namespace Driftlock.Web.Components.Anomaly;

/// <param name="To">The status asked for.</param>
/// <param name="Label">What the button says.</param>
/// <param name="Primary">Whether it is the usual next step.</param>
public sealed record StatusStep(string To, string Label, bool Primary);

/// <summary>The ways from one status to another: open, acknowledged, resolved; or dismissed; and from each of them back to open.</summary>
public static class StatusTransitions
{
    private static readonly StatusStep Dismiss = new("dismissed", "False positive", false);
    private static readonly StatusStep Reopen = new("open", "Open again", false);

    public static IReadOnlyList<StatusStep> From(string status) => status switch
    {
        "open" => [new("acknowledged", "Acknowledge", true), Dismiss],
        "acknowledged" => [new("resolved", "Resolve", true), Dismiss, Reopen],
        "resolved" or "dismissed" => [Reopen],
        _ => [],
    };

    /// <summary>The steps from <paramref name="now"/> back to <paramref name="was"/>, through open where there is no other way; none when there is nothing to undo.</summary>
    public static IReadOnlyList<string> Undo(string? was, string now) =>
        was is not ("open" or "acknowledged" or "resolved" or "dismissed") || was == now ? []
        : Allowed(now, was) ? [was]
        : Allowed(now, "open") && Allowed("open", was) ? ["open", was]
        : [];

    public static bool Allowed(string from, string to) => From(from).Any(s => s.To == to);
}
