namespace Driftlock.Web.ApiClient;

/// <summary>What is added up over time.</summary>
public sealed partial class DriftlockApi
{
    public Task<ApiAnswer<DetectionPerformance>> DetectionAsync(CancellationToken cancellation) =>
        GetAsync("api/v1/analytics/detection", ApiJson.Default.DetectionPerformance, cancellation);

    /// <param name="stream">Its id.</param>
    /// <param name="from">ISO 8601; a day before <paramref name="to"/> when absent.</param>
    /// <param name="to">ISO 8601; now when absent.</param>
    /// <param name="points">At most so many stretches, 1 to 100,000; none is shorter than a minute.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ApiAnswer<CompressionTimeline>> TimelineAsync(string stream, string? from, string? to, int points, CancellationToken cancellation) => GetAsync(
        Address("api/v1/analytics/compression-timeline", ("stream", stream), ("from", from), ("to", to), ("points", Text(points))),
        ApiJson.Default.CompressionTimeline,
        cancellation);

    /// <param name="hours">1 to 168.</param>
    /// <param name="streams">At most so many, those with the most anomalies first.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ApiAnswer<Heatmap>> HeatmapAsync(int hours, int streams, CancellationToken cancellation) =>
        GetAsync(Address("api/v1/analytics/ncd-heatmap", ("hours", Text(hours)), ("limit", Text(streams))), ApiJson.Default.Heatmap, cancellation);
}
