using System.Text.Json.Serialization;

namespace Driftlock.Web.ApiClient;

/// <summary>The Api's JSON: lowerCamelCase, unknown fields ignored so that a newer Api does not break an older dashboard.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AnomalyPage))]
[JsonSerializable(typeof(AnomalySummary))]
[JsonSerializable(typeof(AnomalyDetail))]
[JsonSerializable(typeof(StreamPage))]
[JsonSerializable(typeof(StreamInfo))]
[JsonSerializable(typeof(Summary))]
[JsonSerializable(typeof(KeyOwner))]
[JsonSerializable(typeof(StatusChange))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(UserSession))]
[JsonSerializable(typeof(IncidentPage))]
[JsonSerializable(typeof(IncidentDetail))]
[JsonSerializable(typeof(IncidentStatusChange))]
[JsonSerializable(typeof(StreamAnchors))]
[JsonSerializable(typeof(AnchorRequest))]
[JsonSerializable(typeof(AcceptedAnchor))]
[JsonSerializable(typeof(StreamProfile))]
[JsonSerializable(typeof(StreamProfileList))]
[JsonSerializable(typeof(StreamProfileUpdate))]
[JsonSerializable(typeof(BacktestRequest))]
[JsonSerializable(typeof(BacktestResult))]
[JsonSerializable(typeof(DetectionPerformance))]
[JsonSerializable(typeof(Heatmap))]
[JsonSerializable(typeof(PlaygroundLine))]
[JsonSerializable(typeof(KeptFile))]
[JsonSerializable(typeof(CompressionTimeline))]
[JsonSerializable(typeof(Configuration))]
[JsonSerializable(typeof(ConfigurationPatch))]
[JsonSerializable(typeof(ConfigurationHistory))]
[JsonSerializable(typeof(MaintenanceWindow))]
[JsonSerializable(typeof(MaintenanceWindowList))]
[JsonSerializable(typeof(NewMaintenanceWindow))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(NewApiKey))]
[JsonSerializable(typeof(Rotation))]
[JsonSerializable(typeof(CreatedApiKey))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(CreatedUser))]
[JsonSerializable(typeof(UserUpdate))]
[JsonSerializable(typeof(UserDetail))]
[JsonSerializable(typeof(ResetPassword))]
[JsonSerializable(typeof(AlertChannelList))]
[JsonSerializable(typeof(NewAlertChannel))]
[JsonSerializable(typeof(CreatedAlertChannel))]
[JsonSerializable(typeof(AlertChannelUpdate))]
[JsonSerializable(typeof(AlertChannelDetail))]
[JsonSerializable(typeof(AlertTestResult))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(Usage))]
[JsonSerializable(typeof(PerformanceFigures))]
[JsonSerializable(typeof(TenantList))]
[JsonSerializable(typeof(NewTenant))]
[JsonSerializable(typeof(CreatedTenant))]
[JsonSerializable(typeof(TenantUpdate))]
[JsonSerializable(typeof(TenantDetail))]
[JsonSerializable(typeof(Verification))]
[JsonSerializable(typeof(AnomalyTraces))]
[JsonSerializable(typeof(FeedbackList))]
[JsonSerializable(typeof(FeedbackItem))]
[JsonSerializable(typeof(NewFeedback))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Body of <c>PATCH /api/v1/anomalies/{id}/status</c>.</summary>
internal sealed record StatusChange(string Status, string? Notes);

/// <summary>The part of an RFC 9457 body that the dashboard shows.</summary>
internal sealed record ProblemBody(string? Title, string? Detail, string? Code, string? TraceId);
