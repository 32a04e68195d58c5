using System.Globalization;
using System.Text.Json.Nodes;
using Driftlock.Cli;

namespace Driftlock.Benchmarks.Load;

/// <summary>Many readers of the live stream while anomalies happen: each must be told of each, once.</summary>
internal static class LiveLoad
{
    private const int RecordsAShop = 6_000;
    private const int ConnectAtOnce = 50;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JudgeWithin = TimeSpan.FromMinutes(3);

    /// <summary>After the last anomaly was committed.</summary>
    private static readonly TimeSpan ArriveWithin = TimeSpan.FromSeconds(30);

    public static async Task<JsonObject> RunAsync(Deployment deployment, int clients, int shops, CancellationToken cancellationToken)
    {
        var before = (await deployment.NewestAnomalyAsync(cancellationToken))?.Sequence ?? 0;
        await using var watch = new WatchedProcesses(deployment.Options.Watched);
        using var pool = LiveReader.Clients(deployment.Options, clients + 1);
        var readers = new LiveReader[clients];
        try
        {
            for (var i = 0; i < clients; i++) readers[i] = new LiveReader();
            using (var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                connecting.CancelAfter(ConnectWithin);
                await Parallel.ForEachAsync(readers, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = connecting.Token },
                    (reader, token) => new ValueTask(reader.OpenAsync(pool, token)));
            }
            var oneMore = await LiveReader.RefusalAsync(pool, cancellationToken);
            await deployment.SendShopsAsync(shops, RecordsAShop, cancellationToken);
            await deployment.CaughtUpAsync(JudgeWithin, cancellationToken);
            var expected = await deployment.AnomaliesAsync(before, cancellationToken);
            if (expected.Count == 0) throw new InputException("no anomaly was found in what was sent: does a Detector run?");
            await ArrivedAsync(readers, expected.Count, cancellationToken);
            return Report(readers, expected, shops, oneMore, await watch.FinishAsync());
        }
        finally
        {
            foreach (var reader in readers.Where(reader => reader is not null)) await reader.DisposeAsync();
        }
    }

    /// <summary>Waits until all have as many as there are; gives up in time, and the report tells what is missing.</summary>
    private static async Task ArrivedAsync(LiveReader[] readers, int expected, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ArriveWithin);
        while (!patience.IsCancellationRequested && readers.Any(reader => reader.Received.Count < expected)) await Task.Delay(50, cancellationToken);
    }

    private static JsonObject Report(LiveReader[] readers, Dictionary<string, DateTimeOffset> expected, int shops, string oneMore, JsonArray processes)
    {
        var latencies = new LatencyHistogram();
        var (missing, repeated, foreign) = (0L, 0L, 0L);
        foreach (var reader in readers)
        {
            var received = reader.Received.ToLookup(arrival => arrival.Id, arrival => arrival.At, StringComparer.Ordinal);
            missing += expected.Keys.Count(id => !received.Contains(id));
            repeated += received.Sum(arrivals => arrivals.Count() - 1L);
            foreign += received.Count(arrivals => !expected.ContainsKey(arrivals.Key));
            foreach (var (id, detected) in expected)
            {
                foreach (var at in received[id]) latencies.Add(at - detected);
            }
        }
        return new JsonObject
        {
            ["scenario"] = "live", ["clients"] = readers.Length, ["shops"] = shops, ["anomalies"] = expected.Count,
            ["received"] = readers.Sum(reader => (long)reader.Received.Count), ["missing"] = missing, ["repeated"] = repeated, ["notListed"] = foreign,
            ["ended"] = readers.Count(reader => reader.HasEnded),
            ["oneMoreClient"] = oneMore,
            ["commitToReceiptMs"] = Figures.Of(latencies),
            ["processes"] = processes,
            ["promises"] = new JsonArray(
                Figures.Promise(string.Create(CultureInfo.InvariantCulture, $"each of {readers.Length} clients receives every anomaly once"), missing + repeated + foreign == 0),
                Figures.Promise("one client too many is refused with 503 and a time to come back, or there is room", oneMore is LiveReader.Admitted or LiveReader.RefusedClearly)),
        };
    }
}
