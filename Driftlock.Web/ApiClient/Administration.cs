using System.Text.Json;

namespace Driftlock.Web.ApiClient;

/// <summary>An API key, without its secret.</summary>
public sealed record ApiKeyDetail(
    string Id, string Name, string Role, IReadOnlyList<string> Scopes, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string? ReplacesId);

public sealed record ApiKeyList
{
    public IReadOnlyList<ApiKeyDetail> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/admin/api-keys</c>.</summary>
/// <param name="Role">ingest, read, analyst or admin.</param>
public sealed record NewApiKey(string Name, string Role, DateTimeOffset? ExpiresAt);

/// <summary>Body of <c>POST /api/v1/admin/api-keys/{id}/rotate</c>.</summary>
/// <param name="OverlapHours">For how long both secrets work.</param>
internal sealed record Rotation(int? OverlapHours);

/// <param name="Secret">Shown this once.</param>
public sealed record CreatedApiKey(string Id, string Name, string Role, string Secret, DateTimeOffset? ExpiresAt);

/// <summary>A person who may sign in.</summary>
public sealed record UserDetail(
    string Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, DateTimeOffset? LastSignInAt, bool SecondFactor, DateTimeOffset? LockedUntil);

public sealed record UserList
{
    public IReadOnlyList<UserDetail> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/admin/users</c>.</summary>
public sealed record NewUser(string Email, string Role);

/// <param name="Password">Shown this once.</param>
public sealed record CreatedUser(string Id, string Email, string Role, string? Password);

/// <summary>Body of <c>PATCH /api/v1/admin/users/{id}</c>.</summary>
internal sealed record UserUpdate(string? Role, bool? Disabled);

/// <param name="Password">Shown this once.</param>
public sealed record ResetPassword(string Password);

/// <summary>Who is told of anomalies.</summary>
/// <param name="Target">Its host: the rest may be a secret.</param>
/// <param name="Waiting">Alerts that are not delivered yet.</param>
/// <param name="LastError">Null when the last one was delivered.</param>
public sealed record AlertChannelDetail(
    string Id, string Name, string Kind, string Target, string Subject, string MinSeverity, string? Service, bool Enabled, DateTimeOffset CreatedAt,
    long Waiting, DateTimeOffset? LastDeliveredAt, string? LastError);

public sealed record AlertChannelList
{
    public IReadOnlyList<AlertChannelDetail> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/admin/alert-channels</c>.</summary>
public sealed record NewAlertChannel(string Name, string Kind, string Target, string Subject, string MinSeverity, string? Service);

/// <param name="SigningSecret">What webhooks are signed with: shown this once.</param>
public sealed record CreatedAlertChannel(AlertChannelDetail Channel, string? SigningSecret);

/// <summary>Body of <c>PATCH /api/v1/admin/alert-channels/{id}</c>.</summary>
internal sealed record AlertChannelUpdate(bool Enabled);

public sealed record AlertTestResult(bool Delivered, string? Error);

/// <summary>One entry of the audit log.</summary>
public sealed record AuditItem(
    long Position, DateTimeOffset At, string Actor, string ActorName, string Action, string Target, JsonElement? Before, JsonElement? After, string PreviousHash, string Hash);

public sealed record AuditPage
{
    public IReadOnlyList<AuditItem> Items { get; init; } = [];
    public string? NextCursor { get; init; }
}

/// <param name="BrokenAt">Position of the first entry that is altered or missing.</param>
/// <param name="Head">Hash of the last.</param>
public sealed record AuditCheck(long Entries, bool Intact, long? BrokenAt, string Head);

public sealed record UsageOfDay(DateOnly Day, long Requests, long Events, long Bytes);

/// <summary>What the tenant has sent.</summary>
public sealed record Usage
{
    public string Tenant { get; init; } = "";
    public long? EventsPerDay { get; init; }
    public long Streams { get; init; }
    public int? StreamsAllowed { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<UsageOfDay> Days { get; init; } = [];
}

public sealed record TenantQuota(long? EventsPerDay, int? Streams, int? RetentionDays, double? RequestsPerSecond);

public sealed record TenantDetail(int Id, string Name, string Tier, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, TenantQuota Quota);

public sealed record TenantList
{
    public IReadOnlyList<TenantDetail> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/admin/tenants</c>.</summary>
public sealed record NewTenant(string Name, string Tier);

/// <param name="AdminKey">Of its first API key: shown this once.</param>
public sealed record CreatedTenant(TenantDetail Tenant, string AdminKey);

/// <summary>Body of <c>PATCH /api/v1/admin/tenants/{id}</c>.</summary>
internal sealed record TenantUpdate(string? Tier, bool? Disabled);

/// <summary>The service's own figures.</summary>
public sealed record PerformanceFigures
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }
    public IReadOnlyList<DurationFigures> Endpoints { get; init; } = [];
    public IReadOnlyList<DurationFigures> Stages { get; init; } = [];
    public IReadOnlyList<CacheFigures> Caches { get; init; } = [];
}

public sealed record DurationFigures(string Name, long Count, long Errors, double MeanMs, double P50Ms, double P95Ms, double P99Ms);

public sealed record CacheFigures(string Area, long Near, long Shared, long Store, double HitRate);
