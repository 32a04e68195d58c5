using Driftlock.Api.Anomalies;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Alerts;

/// <param name="Kind">webhook, slack or pagerDuty.</param>
/// <param name="Target">The address; for PagerDuty the integration's routing key.</param>
/// <param name="Subject">incident (one alert for each, the default) or anomaly.</param>
/// <param name="MinSeverity">Less severe ones are not told; low when absent.</param>
/// <param name="Service">Null: of every service.</param>
public sealed record NewAlertChannel(string? Name, AlertKind? Kind, string? Target, AlertSubject? Subject, Severity? MinSeverity, string? Service);

/// <summary>What is absent stays as it is; an empty service means every service.</summary>
public sealed record AlertChannelUpdate(string? Name, string? Target, AlertSubject? Subject, Severity? MinSeverity, string? Service, bool? Enabled);

/// <param name="Target">Its host: the rest may be a secret.</param>
/// <param name="Waiting">Alerts that are not delivered yet.</param>
/// <param name="LastError">Of the last alert's last attempt; null when it was delivered.</param>
public sealed record AlertChannelDetail(
    Guid Id, string Name, AlertKind Kind, string Target, AlertSubject Subject, Severity MinSeverity, string? Service, bool Enabled, DateTimeOffset CreatedAt,
    long Waiting, DateTimeOffset? LastDeliveredAt, string? LastError);

public sealed record AlertChannelList(IReadOnlyList<AlertChannelDetail> Items);

/// <param name="SigningSecret">What webhooks are signed with, by Standard Webhooks: shown this once. Null for other kinds.</param>
public sealed record CreatedAlertChannel(AlertChannelDetail Channel, string? SigningSecret);

/// <param name="Status">waiting, delivered or givenUp.</param>
public sealed record AlertDeliveryDetail(
    Guid Id, string Subject, string? AnomalyId, string Status, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? NextAttemptAt, string? Error);

public sealed record AlertDeliveryList(IReadOnlyList<AlertDeliveryDetail> Items);

/// <param name="Error">What went wrong; null when it was delivered.</param>
public sealed record AlertTestResult(bool Delivered, string? Error);

/// <summary>What an alert is about.</summary>
/// <param name="Type">incident.opened, anomaly.detected or test.</param>
/// <param name="Link">To the dashboard; null when it is not known where that is.</param>
public sealed record Alert(string Type, DateTimeOffset Timestamp, string Subject, string Tenant, AnomalySummary? Anomaly, string? IncidentId, string? Link);
