using System.Diagnostics;
using System.Text.Json.Nodes;
using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks.Load;

/// <summary>Log records a second that are acknowledged, and so durable, while the Detector judges them; beside what COPY and zstd make of the same bytes.</summary>
internal static class IngestLoad
{
    private const double PromisedPerSecond = 60_000;
    private const int DifferentRequests = 24;

    /// <summary>Not counted: the first requests of a process wait for its compiler.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>After a refusal that names no time here: the answer's header is in whole seconds, at least one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="sizes">Log records a request; each is measured for <paramref name="duration"/>.</param>
    /// <param name="patience">How long to wait for the Detector after each.</param>
    public static async Task<JsonObject> RunAsync(
        Deployment deployment, int[] sizes, int senders, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken)
    {
        var rows = new JsonArray();
        await using var watch = new WatchedProcesses(deployment.Options.Watched);
        foreach (var transport in (Transport[])[Transport.OtlpHttp, Transport.OtlpGrpc])
        {
            foreach (var size in sizes) rows.Add((JsonNode)await MeasureAsync(deployment, transport, size, senders, duration, patience, cancellationToken));
        }
        var best = rows.Max(row => row!["recordsPerSecond"]!.GetValue<double>());
        var report = new JsonObject
        {
            ["scenario"] = "ingest", ["senders"] = senders, ["secondsEach"] = duration.TotalSeconds, ["recordsPerSecond"] = best,
            ["runs"] = rows,
            ["processes"] = await watch.FinishAsync(),
        };
        if (deployment.Options.Postgres is { } postgres)
        {
            var copy = await RawCopy.MeasureAsync(postgres, cancellationToken);
            report["rawCopy"] = new JsonObject
            {
                ["recordsPerSecond"] = Figures.Rounded(copy.RecordsPerSecond), ["payloadMegabytesPerSecond"] = Figures.Rounded(copy.MegabytesPerSecond),
                ["transactions"] = copy.Transactions,
            };
            report["recordsToRawCopy"] = Figures.Ratio(best, copy.RecordsPerSecond);
        }
        report["promises"] = new JsonArray(
            Figures.Promise("60,000 records a second", best >= PromisedPerSecond),
            Figures.Promise("every request is acknowledged in the end", rows.All(row => row!["failed"]!.GetValue<long>() == 0)));
        return report;
    }

    private static async Task<JsonObject> MeasureAsync(
        Deployment deployment, Transport transport, int size, int senders, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken)
    {
        var logs = new TimedLogs(DifferentRequests, size);
        var request = LoadRequest.Logs("logs", 1, transport, logs.Next);
        var zstd = ZstandardMegabytesPerSecond([.. logs.Templates]);
        await SendAsync(new LoadTally(), Stopwatch.StartNew(), duration < WarmUp ? duration : WarmUp);
        var (tally, clock) = (new LoadTally(), Stopwatch.StartNew());
        await SendAsync(tally, clock, duration);
        var seconds = clock.Elapsed.TotalSeconds;
        var lag = await deployment.LagAsync(cancellationToken);
        await deployment.CaughtUpAsync(patience, cancellationToken);
        var judged = clock.Elapsed.TotalSeconds;
        var records = tally.Good * size;
        var megabytesPerSecond = tally.Good * logs.Templates.Average(bytes => (double)bytes.Length) / seconds / 1e6;
        return new JsonObject
        {
            ["transport"] = transport == Transport.OtlpGrpc ? "gRPC" : "HTTP",
            ["recordsARequest"] = size,
            ["recordsPerSecond"] = Figures.Rounded(records / seconds),
            ["megabytesPerSecond"] = Figures.Rounded(megabytesPerSecond),
            ["toZstd3"] = zstd is { } yardstick ? Figures.Ratio(megabytesPerSecond, yardstick) : null,
            ["p50"] = Figures.Rounded(tally.Latencies.Percentile(0.5)),
            ["p95"] = Figures.Rounded(tally.Latencies.Percentile(0.95)),
            ["refused"] = tally.Refused,
            ["failed"] = tally.Failed,
            ["lagEntriesAtEnd"] = lag,
            ["caughtUpAfterSeconds"] = Figures.Rounded(judged - seconds),
            ["judgedPerSecond"] = Figures.Rounded(records / judged),
        };

        Task SendAsync(LoadTally tally, Stopwatch clock, TimeSpan duration) =>
            Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() => SendOneByOneAsync(tally, clock, duration), cancellationToken)));

        async Task SendOneByOneAsync(LoadTally tally, Stopwatch clock, TimeSpan duration)
        {
            while (clock.Elapsed < duration)
            {
                tally.Begin();
                var begin = Stopwatch.GetTimestamp();
                var answer = await deployment.Sender.SendAsync(request, cancellationToken);
                tally.End(request, answer, Stopwatch.GetElapsedTime(begin));
                if (answer.Kind != AnswerKind.Good) await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>One thread, level 3, request by request; null where the system has no libzstd.</summary>
    private static double? ZstandardMegabytesPerSecond(byte[][] requests)
    {
        if (!Zstandard.IsPresent) return null;
        var target = new byte[(int)Zstandard.Bound(requests.Max(request => request.Length))];
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var clock = Stopwatch.StartNew();
            foreach (var request in requests) Zstandard.Compress(request, target, 3);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return requests.Sum(request => (double)request.Length) / best / 1e6;
    }
}
