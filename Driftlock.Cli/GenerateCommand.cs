using System.CommandLine;
using System.Globalization;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Generate;
using Driftlock.Cli.Send;

namespace Driftlock.Cli;

/// <summary>Realistic telemetry of a small shop, the same from the same seed, with an anomaly at a known place.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var signal = new Option<string>("--signal") { Description = "logs, metrics or traces.", DefaultValueFactory = _ => "logs" };
        signal.AcceptOnlyFromAmong("logs", "metrics", "traces");
        var count = new Option<int>("--count") { Description = "Records, data points or spans.", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same data.", DefaultValueFactory = _ => 1 };
        var anomaly = new Option<string?>("--anomaly") { Description = "What goes wrong, three quarters through, in the payment service." };
        anomaly.AcceptOnlyFromAmong("spike", "noise", "pattern", "corruption", "drift", "silence");
        var truth = new Option<string?>("--truth") { Description = "File to write the place of the anomaly to, as JSON." };
        var output = new Option<string>("--output") { Description = "File for OTLP/JSON requests, one a line; - is standard output.", DefaultValueFactory = _ => "-" };
        var start = new Option<string>("--start") { Description = "Time of the first event, ISO 8601.", DefaultValueFactory = _ => "2026-01-05T08:00:00Z" };
        var endpoint = new Option<string?>("--endpoint") { Description = "OTLP/HTTP address to send to instead of printing, such as http://localhost:4318." };
        var apiKey = new Option<string?>("--api-key") { Description = "Key to send with." };
        var command = new Command("generate", "Writes or sends telemetry of an example shop as OTLP/JSON.")
        {
            signal, count, seed, anomaly, truth, output, start, endpoint, apiKey,
        };
        command.SetAction((parsed, cancellation) => GuardedAsync.RunAsync(async () =>
        {
            var kind = parsed.GetValue(anomaly) is { } name ? Enum.Parse<AnomalyKind>(name, ignoreCase: true) : AnomalyKind.None;
            if (parsed.GetValue(count) is not (> 0 and <= 100_000_000)) throw new InputException("--count must be from 1 to 100000000");
            var plan = new AnomalyPlan(kind, parsed.GetValue(count));
            var place = new Truth(plan, parsed.GetValue(signal)!, parsed.GetValue(seed));
            var (which, items) = Items(parsed.GetValue(signal)!, parsed.GetValue(seed), StartOf(parsed.GetValue(start)!), plan);
            if (parsed.GetValue(endpoint) is { } address) await SendAsync(which, items, place, address, parsed.GetValue(apiKey), cancellation);
            else await PrintAsync(which, items, place, parsed.GetValue(output)!, cancellation);
            if (parsed.GetValue(truth) is { } file)
            {
                await using var stream = File.Create(file);
                place.Write(stream);
            }
            return ExitCodes.Done;
        }));
        return command;
    }

    private static (Signal Signal, IEnumerable<GeneratedItem> Items) Items(string signal, ulong seed, ulong start, AnomalyPlan plan) => signal switch
    {
        "logs" => (Signal.Logs, new ShopLogs(seed, start, plan).Items()),
        "metrics" => (Signal.Metrics, new ShopMetrics(seed, start, plan).Items()),
        _ => (Signal.Traces, new ShopTraces(seed, start, plan).Items()),
    };

    private static ulong StartOf(string text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var start) || start < DateTimeOffset.UnixEpoch)
        {
            throw new InputException($"--start {text} is no time; ISO 8601 such as 2026-01-05T08:00:00Z is right");
        }
        return (ulong)(start.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;
    }

    private static async Task PrintAsync(Signal signal, IEnumerable<GeneratedItem> items, Truth place, string path, CancellationToken cancellation)
    {
        await using var output = path == "-" ? Console.OpenStandardOutput() : File.Create(path);
        await using var buffered = new BufferedStream(output, 1 << 16);
        foreach (var request in Requests(signal, items, place))
        {
            await buffered.WriteAsync(request, cancellation);
            buffered.WriteByte((byte)'\n');
        }
    }

    private static async Task SendAsync(
        Signal signal, IEnumerable<GeneratedItem> items, Truth place, string address, string? apiKey, CancellationToken cancellation)
    {
        using var sender = new OtlpSender(address, apiKey, TimeProvider.System, TimeSpan.FromMinutes(5));
        foreach (var request in Requests(signal, items, place)) await sender.SendAsync(signal, request, "application/json", cancellation);
        if (sender.Rejected > 0) await Console.Error.WriteLineAsync($"driftlock: {sender.Rejected} items were rejected: {sender.FirstRejection}");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Requests(Signal signal, IEnumerable<GeneratedItem> items, Truth place)
    {
        var writer = new RequestWriter(signal);
        foreach (var chunk in items.Chunk(RequestWriter.ItemsARequest))
        {
            foreach (var item in chunk) place.See(item);
            yield return writer.Write(chunk);
        }
    }
}
