using System.Text.Json.Serialization;

namespace Driftlock.Web.ApiClient;

/// <summary>The Api's JSON: lowerCamelCase, unknown fields ignored so that a newer Api does not break an older dashboard.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = false,
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
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Body of <c>PATCH /api/v1/anomalies/{id}/status</c>.</summary>
internal sealed record StatusChange(string Status, string? Notes);

/// <summary>The part of an RFC 9457 body that the dashboard shows.</summary>
internal sealed record ProblemBody(string? Title, string? Detail, string? Code, string? TraceId);
