using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Driftlock.Cli;

namespace Driftlock.Benchmarks.Load;

/// <summary>One client of the live stream, which remembers what it was told and when.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    public const string Admitted = "admitted";
    public const string RefusedClearly = "503 too_many_live_clients";

    private const string Path = "/api/v1/stream/anomalies";

    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>In the order of arrival.</summary>
    public ConcurrentQueue<(string Id, DateTimeOffset At)> Received { get; } = new();

    /// <summary>The server ended the stream, or the connection broke.</summary>
    public bool HasEnded => _reading.IsCompleted;

    public static HttpClient Clients(LoadOptions options, int connections)
    {
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false })
        {
            BaseAddress = options.Target.Rest, Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Keys[0]);
        return client;
    }

    /// <summary>Returns when the server has said "connected".</summary>
    /// <exception cref="InputException">It refused.</exception>
    public async Task OpenAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync(new Uri(Path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new InputException($"the live stream refused a client: {await DescribeAsync(response, cancellationToken)}");
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = ReadAsync(response, connected);
        await connected.Task.WaitAsync(cancellationToken);
    }

    /// <summary>What becomes of a client beyond those that are there: <see cref="Admitted"/>, <see cref="RefusedClearly"/>, or what else.</summary>
    public static async Task<string> RefusalAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(Path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode ? Admitted : await DescribeAsync(response, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(HttpResponseMessage response, TaskCompletionSource connected)
    {
        using (response)
        {
            try
            {
                var body = await response.Content.ReadAsStreamAsync(_stop.Token);
                await foreach (var item in SseParser.Create(body).EnumerateAsync(_stop.Token))
                {
                    if (item.EventType == "connected") connected.TrySetResult();
                    if (item.EventType != "anomaly") continue;
                    var at = DateTimeOffset.UtcNow;
                    using var anomaly = JsonDocument.Parse(item.Data);
                    Received.Enqueue((anomaly.RootElement.GetProperty("id").GetString()!, at));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
            {
                connected.TrySetException(new InputException("the live stream ended before it began"));
            }
        }
    }

    /// <summary>The status and the code of its problem, where both and the time to come back are there.</summary>
    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is null) return $"{status} without Retry-After";
        try
        {
            using var problem = JsonDocument.Parse(text);
            return $"{status} {problem.RootElement.GetProperty("code").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{status} without a code";
        }
    }
}
