using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Cli;
using Driftlock.Cli.Bench;
using Driftlock.Cli.Generate;
using Driftlock.Cli.Send;

namespace Driftlock.Benchmarks.Load;

/// <summary>The deployment under load: what a scenario asks of it besides its load.</summary>
internal sealed class Deployment : IDisposable
{
    private const int PageItems = 100;
    private const int MostAnomalies = 10_000;

    private readonly HttpClient _client;

    public Deployment(LoadOptions options)
    {
        Options = options;
        Sender = new LoadSender(options.Target, options.Keys);
        _client = new HttpClient { BaseAddress = options.Target.Rest, Timeout = TimeSpan.FromSeconds(30) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Keys[0]);
    }

    public LoadOptions Options { get; }

    public LoadSender Sender { get; }

    public void Dispose()
    {
        Sender.Dispose();
        _client.Dispose();
    }

    /// <summary>Sends ordinary logs of shops that nobody else has, with an anomaly in each, and says when the last is acknowledged.</summary>
    public async Task SendShopsAsync(int shops, int recordsAShop, CancellationToken cancellationToken)
    {
        using var sender = new OtlpSender(Options.Target.OtlpHttp.ToString(), Options.Keys[0], TimeProvider.System, TimeSpan.FromMinutes(2));
        var run = Guid.NewGuid().ToString("N")[..8];
        var writer = new RequestWriter(Signal.Logs);
        for (var shop = 0; shop < shops; shop++)
        {
            var start = (ulong)(DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{run}-{shop}");
            var items = new ShopLogs((ulong)shop + 1, start, new AnomalyPlan(AnomalyKind.Pattern, recordsAShop)).Items();
            foreach (var chunk in items.Chunk(RequestWriter.ItemsARequest))
            {
                var request = writer.Write(Array.ConvertAll(chunk, item => item with { Service = item.Service + suffix }));
                await sender.SendAsync(Signal.Logs, request, "application/json", cancellationToken);
            }
        }
        if (sender.Rejected > 0) throw new InputException($"the deployment rejected {sender.Rejected} records: {sender.FirstRejection}");
    }

    public Task CaughtUpAsync(TimeSpan patience, CancellationToken cancellationToken) => ServerBenchmark.CaughtUpAsync(_client, patience, cancellationToken);

    /// <summary>Entries of the log that no detector has judged.</summary>
    public async Task<long> LagAsync(CancellationToken cancellationToken)
    {
        using var summary = await ServerBenchmark.GetAsync(_client, "/api/v1/analytics/summary", cancellationToken);
        return summary!.RootElement.GetProperty("lag").GetProperty("entries").GetInt64();
    }

    /// <summary>Ids and times of the anomalies after a sequence, the newest first.</summary>
    public async Task<Dictionary<string, DateTimeOffset>> AnomaliesAsync(long afterSequence, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            using var page = await ServerBenchmark.GetAsync(
                _client, $"/api/v1/anomalies?limit={PageItems}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            foreach (var item in page!.RootElement.GetProperty("items").EnumerateArray())
            {
                if (item.GetProperty("sequence").GetInt64() <= afterSequence) return found;
                found[item.GetProperty("id").GetString()!] = item.GetProperty("detectedAt").GetDateTimeOffset();
            }
            cursor = page.RootElement.GetProperty("nextCursor") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        while (cursor is not null && found.Count < MostAnomalies);
        return found;
    }

    /// <summary>The newest anomaly; null where there is none.</summary>
    public async Task<(string Id, long Sequence)?> NewestAnomalyAsync(CancellationToken cancellationToken)
    {
        using var page = await ServerBenchmark.GetAsync(_client, "/api/v1/anomalies?limit=1", cancellationToken);
        foreach (var item in page!.RootElement.GetProperty("items").EnumerateArray()) return (item.GetProperty("id").GetString()!, item.GetProperty("sequence").GetInt64());
        return null;
    }
}
