using System.Text.Json;

namespace Driftlock.Web.ApiClient;

/// <summary>The tenant's configuration of detection (<c>GET /api/v1/config</c>).</summary>
public sealed record Configuration
{
    public long Version { get; init; }

    /// <summary>Bound on the expected share of false alarms, 0-1.</summary>
    public double FalseDiscoveryRate { get; init; }

    public int WindowEvents { get; init; }
    public int BaselineEvents { get; init; }
    public double IdleWindowMilliseconds { get; init; }
    public string SessionKey { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public double MaxPValue { get; init; }
    public string MinSeverity { get; init; } = "";
    public int AutoAcknowledgeDays { get; init; }

    /// <summary>Streams with settings of their own.</summary>
    public int StreamOverrides { get; init; }

    /// <summary>Every partition is judged up to where this version begins.</summary>
    public bool Applied { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
    public string ChangedBy { get; init; } = "";
    public string? Note { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/config</c>: what is absent stays.</summary>
public sealed record ConfigurationPatch(
    double? FalseDiscoveryRate, int? WindowEvents, int? BaselineEvents, double? IdleWindowMilliseconds, string? SessionKey, string? TimeZone,
    double? MaxPValue, string? MinSeverity, int? AutoAcknowledgeDays, long Version, string? Note);

/// <param name="Settings">All of them, as the log has them.</param>
public sealed record ConfigurationVersion(long Version, JsonElement Settings, DateTimeOffset ChangedAt, string ChangedBy, string? Note);

public sealed record ConfigurationHistory
{
    /// <summary>Newest first.</summary>
    public IReadOnlyList<ConfigurationVersion> Items { get; init; } = [];

    public string? NextCursor { get; init; }
}

/// <summary>A time in which what is flagged is suppressed.</summary>
public sealed record MaintenanceWindow(string Id, string? Service, DateTimeOffset From, DateTimeOffset To, string? Reason);

public sealed record MaintenanceWindowList
{
    public IReadOnlyList<MaintenanceWindow> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/admin/maintenance-windows</c>.</summary>
public sealed record NewMaintenanceWindow(string? Service, DateTimeOffset From, DateTimeOffset To, string? Reason);
