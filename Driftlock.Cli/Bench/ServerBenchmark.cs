using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Send;
using Driftlock.Telemetry;

namespace Driftlock.Cli.Bench;

/// <summary>
/// A running server, from outside: log records a second that it acknowledges (each is durable then, and the detectors are at work
/// meanwhile), and the time from sending the last event of a window to seeing its verdict over the API.
/// </summary>
internal static class ServerBenchmark
{
    private const int Records = 200_000;
    private const int Senders = 4;
    private const int Probes = 60;
    private const int WindowEvents = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    internal sealed record Result(double RecordsPerSecond, double VerdictP50Ms, double VerdictP95Ms);

    public static async Task<Result> RunAsync(string endpoint, string api, string? apiKey, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(api, UriKind.Absolute, out var address)) throw new InputException($"--api {api} is no address; http://localhost:5081 is right");
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add("X-Api-Key", apiKey ?? "");
        var rate = await IngestAsync(endpoint, apiKey, cancellationToken);
        await CaughtUpAsync(client, Patience, cancellationToken);
        var latencies = await ProbeAsync(endpoint, apiKey, client, cancellationToken);
        latencies.Sort();
        return new Result(rate, latencies[latencies.Count / 2], latencies[(int)Math.Ceiling(latencies.Count * 0.95) - 1]);
    }

    private static async Task<double> IngestAsync(string endpoint, string? apiKey, CancellationToken cancellationToken)
    {
        // A new start time makes new bytes: the same ones would be recognised as a retry and not appended.
        var start = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var requests = OtlpDecodeBenchmark.ProtobufRequests(Records, start);
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(
            async () =>
            {
                using var sender = new OtlpSender(endpoint, apiKey, TimeProvider.System, Patience);
                for (var i = Interlocked.Increment(ref next); i < requests.Count; i = Interlocked.Increment(ref next))
                {
                    await sender.SendAsync(Signal.Logs, requests[i], "application/x-protobuf", cancellationToken);
                }
            },
            cancellationToken)));
        return Records / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Waits until the detectors have judged everything that is in the log.</summary>
    /// <exception cref="InputException">They have not within the patience.</exception>
    internal static async Task CaughtUpAsync(HttpClient client, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < patience)
        {
            using var summary = await GetAsync(client, "/api/v1/analytics/summary", cancellationToken);
            if (summary!.RootElement.GetProperty("lag").GetProperty("entries").GetInt64() == 0) return;
            await Task.Delay(Poll * 20, cancellationToken);
        }
        throw new InputException($"the detectors did not catch up within {patience.TotalSeconds:0} s");
    }

    private static async Task<List<double>> ProbeAsync(string endpoint, string? apiKey, HttpClient client, CancellationToken cancellationToken)
    {
        using var sender = new OtlpSender(endpoint, apiKey, TimeProvider.System, Patience);
        var run = Guid.NewGuid().ToString("N")[..8];
        var latencies = new List<double>();
        for (var i = 0; i < Probes; i++)
        {
            var scope = $"probe-{i}";
            var body = Window($"bench-{run}", scope);
            var clock = Stopwatch.StartNew();
            await sender.SendAsync(Signal.Logs, body, "application/x-protobuf", cancellationToken);
            await JudgedAsync(client, $"bench-{run}", scope, clock, cancellationToken);
            latencies.Add(clock.Elapsed.TotalMilliseconds);
        }
        return latencies;
    }

    private static async Task JudgedAsync(HttpClient client, string service, string scope, Stopwatch clock, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/streams/{StreamId.Of(1, Signal.Logs, Encoding.UTF8.GetBytes(service), Encoding.UTF8.GetBytes(scope))}";
        while (clock.Elapsed < Patience)
        {
            using var stream = await GetAsync(client, path, cancellationToken);
            if (stream?.RootElement.GetProperty("windows").GetInt64() > 0) return;
            await Task.Delay(Poll, cancellationToken);
        }
        throw new InputException($"no verdict on stream {service} {scope} within {Patience.TotalSeconds:0} s");
    }

    private static byte[] Window(string service, string scope)
    {
        var batch = new TelemetryBatch();
        var lines = new TextLogBuilder(batch, service, scope);
        lines.Begin(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, Redactor.None);
        for (var i = 0; i < WindowEvents; i++) lines.Add(Encoding.UTF8.GetBytes($"probe {scope} wrote line {i} of {WindowEvents}"));
        var writer = new OtlpLogWriter();
        foreach (var stream in batch.Streams) writer.Append(stream);
        return writer.Request.ToArray();
    }

    /// <summary>Null where there is no such thing yet.</summary>
    internal static async Task<JsonDocument?> GetAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw new InputException($"{path}: {(int)response.StatusCode} {response.ReasonPhrase}; --api-key must be an admin key");
        return await response.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken);
    }
}
