namespace Driftlock.Web.Components.Anomaly;

/// <param name="To">The status asked for.</param>
/// <param name="Label">What the button says.</param>
/// <param name="Primary">Whether it is the usual next step.</param>
public sealed record StatusStep(string To, string Label, bool Primary);

/// <summary>The ways from one status to another: open, acknowledged, resolved; or dismissed; and from each of them back to open.</summary>
public static class StatusTransitions
{
    private static readonly StatusStep Dismiss = new("dismissed", "False positive", false);
    private static readonly StatusStep Reopen = new("open", "Undo, open again", false);

    public static IReadOnlyList<StatusStep> From(string status) => status switch
    {
        "open" => [new("acknowledged", "Acknowledge", true), Dismiss],
        "acknowledged" => [new("resolved", "Resolve", true), Dismiss, Reopen],
        "resolved" or "dismissed" => [Reopen],
        _ => [],
    };

    public static bool Allowed(string from, string to) => From(from).Any(s => s.To == to);
}
