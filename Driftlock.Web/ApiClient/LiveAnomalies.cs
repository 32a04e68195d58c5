using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Driftlock.Web.ApiClient;

/// <summary>The live feed as an endless sequence that reconnects by itself and continues after the last anomaly it gave.</summary>
public sealed class LiveAnomalies(DriftlockApi api, TimeProvider clock)
{
    /// <summary>The Api sends a heartbeat every 15 s; three missed ones mean that nobody is there any more.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan[] Waits = [.. new[] { 1, 2, 4, 8, 15 }.Select(s => TimeSpan.FromSeconds(s))];

    /// <param name="lastEventId">The sequence number after which to begin; null begins with what comes now.</param>
    /// <param name="cancellation">Ends the sequence.</param>
    public async IAsyncEnumerable<LiveUpdate> ReadAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            var answer = await api.LiveAsync(lastEventId, cancellation);
            var problem = answer.Problem;
            if (answer.Value is { } response)
            {
                using var owned = response;
                using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await using var body = await response.Content.ReadAsStreamAsync(cancellation);
                var events = SseParser.Create(body).EnumerateAsync(watch.Token).GetAsyncEnumerator(watch.Token);
                await using var ended = events;
                failures = 0;
                yield return new LiveUpdate.Connected();
                while ((problem = await NextAsync(events, watch, cancellation)) is null)
                {
                    if (Anomaly(events.Current) is not { } anomaly)
                        continue;
                    lastEventId = events.Current.EventId ?? lastEventId;
                    yield return new LiveUpdate.Arrived(anomaly);
                }
            }

            if (problem is { Kind: ApiProblemKind.KeyRefused or ApiProblemKind.NotAllowed })
            {
                yield return new LiveUpdate.Refused(problem);
                yield break;
            }

            var wait = Waits[Math.Min(failures, Waits.Length - 1)];
            yield return new LiveUpdate.Lost(problem!, wait);
            await Task.Delay(wait, clock, cancellation);
        }
    }

    // null: there is another event. Whatever else ends the connection is a reason to reconnect.
    private static async Task<ApiProblem?> NextAsync(
        IAsyncEnumerator<SseItem<string>> events, CancellationTokenSource watch, CancellationToken cancellation)
    {
        try
        {
            watch.CancelAfter(Silence);
            return await events.MoveNextAsync() ? null : new ApiProblem(ApiProblemKind.Unreachable);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ApiProblem(ApiProblemKind.TooSlow);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or FormatException)
        {
            return new ApiProblem(ApiProblemKind.Unreachable);
        }
    }

    // Heartbeats, "connected" and whatever a newer Api may send are not anomalies; neither is data that cannot be read.
    private static AnomalySummary? Anomaly(SseItem<string> item)
    {
        if (item.EventType != "anomaly")
            return null;
        try
        {
            return JsonSerializer.Deserialize(item.Data, ApiJson.Default.AnomalySummary);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
