namespace Driftlock.Web.ApiClient;

/// <summary>Keys, users, alert channels, tenants, and what is written down of everybody's changes.</summary>
public sealed partial class DriftlockApi
{
    private const string Admin = "api/v1/admin";

    public Task<ApiAnswer<ApiKeyList>> ApiKeysAsync(CancellationToken cancellation) => GetAsync($"{Admin}/api-keys", ApiJson.Default.ApiKeyList, cancellation);

    public Task<ApiAnswer<CreatedApiKey>> AddApiKeyAsync(NewApiKey key, CancellationToken cancellation) =>
        WriteAsync(HttpMethod.Post, $"{Admin}/api-keys", key, ApiJson.Default.NewApiKey, ApiJson.Default.CreatedApiKey, cancellation);

    public Task<ApiAnswer<CreatedApiKey>> RotateApiKeyAsync(string id, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Admin}/api-keys/{Uri.EscapeDataString(id)}/rotate", new Rotation(null), ApiJson.Default.Rotation, ApiJson.Default.CreatedApiKey, cancellation);

    public Task<ApiAnswer<Done>> RevokeApiKeyAsync(string id, CancellationToken cancellation) => DeleteAsync($"{Admin}/api-keys/{Uri.EscapeDataString(id)}", cancellation);

    public Task<ApiAnswer<UserList>> UsersAsync(CancellationToken cancellation) => GetAsync($"{Admin}/users", ApiJson.Default.UserList, cancellation);

    public Task<ApiAnswer<CreatedUser>> AddUserAsync(NewUser user, CancellationToken cancellation) =>
        WriteAsync(HttpMethod.Post, $"{Admin}/users", user, ApiJson.Default.NewUser, ApiJson.Default.CreatedUser, cancellation);

    public Task<ApiAnswer<UserDetail>> UpdateUserAsync(string id, string? role, bool? disabled, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Patch, $"{Admin}/users/{Uri.EscapeDataString(id)}", new UserUpdate(role, disabled), ApiJson.Default.UserUpdate, ApiJson.Default.UserDetail, cancellation);

    public Task<ApiAnswer<ResetPassword>> ResetPasswordAsync(string id, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Admin}/users/{Uri.EscapeDataString(id)}/password", Done.Value, ApiJson.Default.Done, ApiJson.Default.ResetPassword, cancellation);

    public Task<ApiAnswer<Done>> DeleteUserAsync(string id, CancellationToken cancellation) => DeleteAsync($"{Admin}/users/{Uri.EscapeDataString(id)}", cancellation);

    public Task<ApiAnswer<AlertChannelList>> AlertChannelsAsync(CancellationToken cancellation) =>
        GetAsync($"{Admin}/alert-channels", ApiJson.Default.AlertChannelList, cancellation);

    public Task<ApiAnswer<CreatedAlertChannel>> AddAlertChannelAsync(NewAlertChannel channel, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Admin}/alert-channels", channel, ApiJson.Default.NewAlertChannel, ApiJson.Default.CreatedAlertChannel, cancellation);

    public Task<ApiAnswer<AlertChannelDetail>> EnableAlertChannelAsync(string id, bool enabled, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Patch, $"{Admin}/alert-channels/{Uri.EscapeDataString(id)}", new AlertChannelUpdate(enabled), ApiJson.Default.AlertChannelUpdate,
        ApiJson.Default.AlertChannelDetail, cancellation);

    public Task<ApiAnswer<AlertTestResult>> TestAlertChannelAsync(string id, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Admin}/alert-channels/{Uri.EscapeDataString(id)}/test", Done.Value, ApiJson.Default.Done, ApiJson.Default.AlertTestResult, cancellation);

    public Task<ApiAnswer<Done>> DeleteAlertChannelAsync(string id, CancellationToken cancellation) =>
        DeleteAsync($"{Admin}/alert-channels/{Uri.EscapeDataString(id)}", cancellation);

    public Task<ApiAnswer<AuditPage>> AuditLogAsync(string? action, string? target, int limit, string? cursor, CancellationToken cancellation) => GetAsync(
        Address($"{Admin}/audit-log", ("action", action), ("target", target), ("limit", Text(limit)), ("cursor", cursor)), ApiJson.Default.AuditPage, cancellation);

    public Task<ApiAnswer<AuditCheck>> CheckAuditLogAsync(CancellationToken cancellation) => GetAsync($"{Admin}/audit-log/check", ApiJson.Default.AuditCheck, cancellation);

    public Task<ApiAnswer<Usage>> UsageAsync(CancellationToken cancellation) => GetAsync($"{Admin}/usage", ApiJson.Default.Usage, cancellation);

    public Task<ApiAnswer<PerformanceFigures>> PerformanceAsync(CancellationToken cancellation) =>
        GetAsync($"{Admin}/performance", ApiJson.Default.PerformanceFigures, cancellation);

    public Task<ApiAnswer<TenantList>> TenantsAsync(CancellationToken cancellation) => GetAsync($"{Admin}/tenants", ApiJson.Default.TenantList, cancellation);

    public Task<ApiAnswer<CreatedTenant>> AddTenantAsync(NewTenant tenant, CancellationToken cancellation) =>
        WriteAsync(HttpMethod.Post, $"{Admin}/tenants", tenant, ApiJson.Default.NewTenant, ApiJson.Default.CreatedTenant, cancellation);

    public Task<ApiAnswer<TenantDetail>> UpdateTenantAsync(int id, string? tier, bool? disabled, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Patch, $"{Admin}/tenants/{Text(id)}", new TenantUpdate(tier, disabled), ApiJson.Default.TenantUpdate, ApiJson.Default.TenantDetail, cancellation);
}
