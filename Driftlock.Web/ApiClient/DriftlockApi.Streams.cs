namespace Driftlock.Web.ApiClient;

/// <summary>One stream: its state, its anchors, its profile, and what another one would have raised.</summary>
public sealed partial class DriftlockApi
{
    public Task<ApiAnswer<StreamInfo>> StreamAsync(string id, CancellationToken cancellation) =>
        GetAsync(Stream(id), ApiJson.Default.StreamInfo, cancellation);

    public Task<ApiAnswer<StreamAnchors>> AnchorsAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Stream(id)}/anchor", ApiJson.Default.StreamAnchors, cancellation);

    /// <param name="id">Of the stream.</param>
    /// <param name="action">pin or supersede.</param>
    /// <param name="reason">Kept with the change; may be absent.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ApiAnswer<AcceptedAnchor>> ChangeAnchorAsync(string id, string action, string? reason, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Stream(id)}/anchor/{action}", new AnchorRequest(reason), ApiJson.Default.AnchorRequest, ApiJson.Default.AcceptedAnchor, cancellation);

    public Task<ApiAnswer<StreamProfile>> ProfileAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Stream(id)}/profile", ApiJson.Default.StreamProfile, cancellation);

    /// <summary>409 <c>changed_meanwhile</c> becomes a Conflict.</summary>
    public Task<ApiAnswer<StreamProfile>> SetProfileAsync(string id, StreamProfileUpdate update, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Put, $"{Stream(id)}/profile", update, ApiJson.Default.StreamProfileUpdate, ApiJson.Default.StreamProfile, cancellation);

    /// <summary>May take half a minute; 429 <c>busy</c> becomes TooMany.</summary>
    public Task<ApiAnswer<BacktestResult>> BacktestAsync(string id, BacktestRequest wanted, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Stream(id)}/backtest", wanted, ApiJson.Default.BacktestRequest, ApiJson.Default.BacktestResult, cancellation);

    private static string Stream(string id) => $"api/v1/streams/{Uri.EscapeDataString(id)}";
}
