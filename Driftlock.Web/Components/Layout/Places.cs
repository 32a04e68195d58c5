namespace Driftlock.Web.Components.Layout;

/// <param name="Name">As it stands in the bar.</param>
/// <param name="Address">Its path.</param>
/// <param name="Key">Pressed after g, it leads there; empty: none.</param>
public sealed record Place(string Name, string Address, string Key = "");

/// <summary>Every place of the dashboard: what the bar, the palette and the list of keys show.</summary>
public static class Places
{
    public static IReadOnlyList<Place> Main { get; } =
    [
        new("Overview", "/", "o"), new("Anomalies", "/anomalies", "a"), new("Incidents", "/incidents", "i"), new("Streams", "/streams", "s"), new("Live", "/live", "l"),
        new("Analytics", "/analytics", "n"), new("Playground", "/playground", "p"), new("Configuration", "/configuration", "c"), new("Admin", "/admin", "m"),
    ];

    public static IReadOnlyList<Place> Admin { get; } =
    [
        new("API keys", "/admin/keys"), new("Users", "/admin/users"), new("Maintenance", "/admin/maintenance"), new("Alert channels", "/admin/alerts"),
        new("Audit log", "/admin/audit"), new("Usage", "/admin/usage"), new("Tenants", "/admin/tenants"), new("Performance", "/admin/performance"),
    ];

    public static IReadOnlyList<Place> Others { get; } =
        [new("Send data", "/send"), new("Open anomalies", "/anomalies?status=open"), new("Critical anomalies", "/anomalies?severity=critical&status=open")];
}
