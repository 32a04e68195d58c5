namespace Driftlock.Web.Components.Anomaly;

/// <summary>What one event of a signal is called.</summary>
public static class SignalWords
{
    public static string One(string? signal) => signal switch { "metrics" => "point", "traces" => "span", _ => "line" };
}
