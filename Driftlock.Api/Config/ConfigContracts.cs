namespace Driftlock.Api.Config;

/// <param name="Version">Rises with each change; 0: as the deployment has it.</param>
/// <param name="FalseDiscoveryRate">Upper bound, in ]0, 1[, on the expected share of false alarms among all alarms.</param>
/// <param name="WindowEvents">Events judged together; 10 to 200, a multiple of 5.</param>
/// <param name="BaselineEvents">Events that a stream learns from before its first judgement.</param>
/// <param name="IdleWindowMilliseconds">A window that got nothing for longer is judged short.</param>
/// <param name="SessionKey">Attribute that names the session of a log record; empty: its trace id.</param>
/// <param name="TimeZone">Whose hours and weekdays metrics follow.</param>
/// <param name="MaxPValue">Only windows with a p-value of at most this can become alarms; 1: the error budget alone decides.</param>
/// <param name="MinSeverity">Alarms below it are suppressed; low: none is.</param>
/// <param name="AutoAcknowledgeDays">Open anomalies are acknowledged by themselves after so many days; 0: never.</param>
/// <param name="StreamOverrides">Streams with settings of their own.</param>
/// <param name="Applied">Every partition is judged up to where this version begins.</param>
public sealed record Configuration(
    long Version, double FalseDiscoveryRate, int WindowEvents, int BaselineEvents, double IdleWindowMilliseconds, string SessionKey, string TimeZone,
    double MaxPValue, string MinSeverity, int AutoAcknowledgeDays, int StreamOverrides, bool Applied, DateTimeOffset ChangedAt, string ChangedBy, string? Note);

/// <summary>What is absent stays.</summary>
/// <param name="Version">The version that was seen: a change in between is refused.</param>
/// <param name="Note">Why, for the history.</param>
public sealed record ConfigurationPatch(
    double? FalseDiscoveryRate, int? WindowEvents, int? BaselineEvents, double? IdleWindowMilliseconds, string? SessionKey, string? TimeZone,
    double? MaxPValue, string? MinSeverity, int? AutoAcknowledgeDays, long? Version, string? Note);

/// <param name="Settings">All of them, as the log has them.</param>
public sealed record ConfigurationVersion(long Version, System.Text.Json.JsonElement Settings, DateTimeOffset ChangedAt, string ChangedBy, string? Note);

public sealed record ConfigurationHistory(IReadOnlyList<ConfigurationVersion> Items, string? NextCursor);

/// <param name="Profile">balanced: nothing of its own; strict; muted; custom.</param>
/// <param name="Effective">What holds for the stream, with the tenant's configuration behind its own.</param>
public sealed record StreamProfile(
    string StreamId, string Profile, bool Muted, double? MaxPValue, string? MinSeverity, int? WindowEvents, string? SessionKey, EffectiveSettings Effective, long Version);

public sealed record EffectiveSettings(
    double FalseDiscoveryRate, int WindowEvents, int BaselineEvents, string SessionKey, double MaxPValue, string MinSeverity);

/// <param name="Profile">balanced, strict or muted; custom (or none): what the other fields say.</param>
public sealed record StreamProfileUpdate(
    string? Profile, bool? Muted, double? MaxPValue, string? MinSeverity, int? WindowEvents, string? SessionKey, long? Version, string? Note);

public sealed record StreamProfileList(IReadOnlyList<StreamProfile> Items);

/// <param name="Service">None: all services.</param>
/// <param name="From">Times of events.</param>
public sealed record MaintenanceWindow(string Id, string? Service, DateTimeOffset From, DateTimeOffset To, string? Reason);

public sealed record NewMaintenanceWindow(string? Service, DateTimeOffset? From, DateTimeOffset? To, string? Reason);

public sealed record MaintenanceWindowList(IReadOnlyList<MaintenanceWindow> Items);
