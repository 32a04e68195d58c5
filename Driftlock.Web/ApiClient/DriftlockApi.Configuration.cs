namespace Driftlock.Web.ApiClient;

/// <summary>The settings of detection, and when nothing is told.</summary>
public sealed partial class DriftlockApi
{
    private const string Config = "api/v1/config";
    private const string MaintenanceWindows = "api/v1/admin/maintenance-windows";

    public Task<ApiAnswer<Configuration>> ConfigurationAsync(CancellationToken cancellation) => GetAsync(Config, ApiJson.Default.Configuration, cancellation);

    /// <summary>409 <c>changed_meanwhile</c> becomes a Conflict.</summary>
    public Task<ApiAnswer<Configuration>> ChangeConfigurationAsync(ConfigurationPatch patch, CancellationToken cancellation) =>
        WriteAsync(HttpMethod.Patch, Config, patch, ApiJson.Default.ConfigurationPatch, ApiJson.Default.Configuration, cancellation);

    public Task<ApiAnswer<ConfigurationHistory>> ConfigurationHistoryAsync(int limit, string? cursor, CancellationToken cancellation) =>
        GetAsync(Address($"{Config}/history", ("limit", Text(limit)), ("cursor", cursor)), ApiJson.Default.ConfigurationHistory, cancellation);

    /// <summary>Streams with settings of their own.</summary>
    public Task<ApiAnswer<StreamProfileList>> StreamOverridesAsync(CancellationToken cancellation) =>
        GetAsync($"{Config}/streams", ApiJson.Default.StreamProfileList, cancellation);

    public Task<ApiAnswer<MaintenanceWindowList>> MaintenanceWindowsAsync(CancellationToken cancellation) =>
        GetAsync(MaintenanceWindows, ApiJson.Default.MaintenanceWindowList, cancellation);

    public Task<ApiAnswer<MaintenanceWindow>> AddMaintenanceWindowAsync(NewMaintenanceWindow window, CancellationToken cancellation) =>
        WriteAsync(HttpMethod.Post, MaintenanceWindows, window, ApiJson.Default.NewMaintenanceWindow, ApiJson.Default.MaintenanceWindow, cancellation);

    public Task<ApiAnswer<Done>> DeleteMaintenanceWindowAsync(string id, CancellationToken cancellation) =>
        DeleteAsync($"{MaintenanceWindows}/{Uri.EscapeDataString(id)}", cancellation);
}
