namespace Driftlock.Web.ApiClient;

/// <summary>Whether an anomaly can be accounted for, and what people say of it.</summary>
public sealed partial class DriftlockApi
{
    /// <summary>Computes the anomaly again from its evidence, at the Api. 429 <c>busy</c> becomes TooMany.</summary>
    public Task<ApiAnswer<Verification>> VerificationAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Anomalies}/{Uri.EscapeDataString(id)}/verification", ApiJson.Default.Verification, cancellation);

    /// <summary>Reads the event log around the anomaly, which may take some seconds. 429 <c>busy</c> becomes TooMany.</summary>
    public Task<ApiAnswer<AnomalyTraces>> TracesAsync(string id, int limit, CancellationToken cancellation) =>
        GetAsync($"{Anomalies}/{Uri.EscapeDataString(id)}/traces?limit={Text(limit)}", ApiJson.Default.AnomalyTraces, cancellation);

    public Task<ApiAnswer<FeedbackList>> FeedbackAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Anomalies}/{Uri.EscapeDataString(id)}/feedback", ApiJson.Default.FeedbackList, cancellation);

    /// <param name="id">Of the anomaly.</param>
    /// <param name="kind">confirmed, falsePositive or irrelevant.</param>
    /// <param name="reason">May be absent.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ApiAnswer<FeedbackItem>> AddFeedbackAsync(string id, string kind, string? reason, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Post, $"{Anomalies}/{Uri.EscapeDataString(id)}/feedback", new NewFeedback(kind, reason), ApiJson.Default.NewFeedback, ApiJson.Default.FeedbackItem, cancellation);
}
