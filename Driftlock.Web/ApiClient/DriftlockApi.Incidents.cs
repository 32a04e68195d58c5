namespace Driftlock.Web.ApiClient;

/// <summary>Incidents.</summary>
public sealed partial class DriftlockApi
{
    private const string Incidents = "api/v1/incidents";

    public Task<ApiAnswer<IncidentPage>> IncidentsAsync(
        string? ids, string? status, string? severity, string? service, int limit, string? cursor, CancellationToken cancellation) =>
        GetAsync(
            Address(Incidents, ("ids", ids), ("status", status), ("severity", severity), ("service", service), ("limit", Text(limit)), ("cursor", cursor)),
            ApiJson.Default.IncidentPage,
            cancellation);

    public Task<ApiAnswer<IncidentDetail>> IncidentAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Incidents}/{Uri.EscapeDataString(id)}", ApiJson.Default.IncidentDetail, cancellation);

    /// <param name="id">Of the incident.</param>
    /// <param name="status">acknowledged, resolved or open.</param>
    /// <param name="withAnomalies">Those of its anomalies that can be are acknowledged or resolved as well.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ApiAnswer<IncidentDetail>> SetIncidentStatusAsync(string id, string status, bool withAnomalies, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Patch, $"{Incidents}/{Uri.EscapeDataString(id)}/status", new IncidentStatusChange(status, withAnomalies),
        ApiJson.Default.IncidentStatusChange, ApiJson.Default.IncidentDetail, cancellation);
}
