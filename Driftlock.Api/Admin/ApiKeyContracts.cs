using Driftlock.Api.Auth;

namespace Driftlock.Api.Admin;

/// <param name="Role">Shorthand for scopes; one of the two is given.</param>
/// <param name="Scopes">ingest, read, write, admin, operate: at most the caller's own.</param>
public sealed record NewApiKey(string? Name, ApiKeyRole? Role, IReadOnlyList<string?>? Scopes, DateTimeOffset? ExpiresAt);

/// <param name="OverlapHours">For how long the old secret goes on working beside the new one, 0 to 168; default 24.</param>
public sealed record Rotation(int? OverlapHours);

/// <param name="Secret">Shown this once; only its keyed hash is kept.</param>
/// <param name="ReplacesId">The key that this one takes the place of.</param>
public sealed record CreatedApiKey(
    Guid Id, string Name, string Role, IReadOnlyList<string> Scopes, string Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, Guid? ReplacesId);

/// <param name="Role">The role whose scopes it has, or custom.</param>
/// <param name="Prefix">The secret's first characters.</param>
/// <param name="LastUsedAt">To the minute; null when it never was.</param>
public sealed record ApiKeyDetail(
    Guid Id, string Name, string Role, IReadOnlyList<string> Scopes, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, Guid? ReplacesId);

public sealed record ApiKeyList(IReadOnlyList<ApiKeyDetail> Items);
