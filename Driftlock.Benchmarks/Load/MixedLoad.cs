using System.Text.Json.Nodes;
using Driftlock.Cli;

namespace Driftlock.Benchmarks.Load;

/// <summary>Mixed reads and writes, for the three scenarios that differ in their rate over time.</summary>
internal static class MixedLoad
{
    public const double P95PromiseMs = 100;

    private const int SampleRecords = 6_000;

    /// <summary>Not counted: a process that has just been started compiles while it answers its first requests.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan YardstickAtMost = TimeSpan.FromSeconds(10);

    /// <summary>The mix, once there are streams and an anomaly to read: a sample is sent where there is none.</summary>
    public static async Task<RequestMix> PrepareAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (await deployment.NewestAnomalyAsync(cancellationToken) is null)
        {
            await deployment.SendShopsAsync(1, SampleRecords, cancellationToken);
            await deployment.CaughtUpAsync(Patience, cancellationToken);
        }
        var anomaly = await deployment.NewestAnomalyAsync(cancellationToken)
            ?? throw new InputException("the deployment finds no anomaly in the sample: does a Detector run?");
        return RequestMix.Mixed(anomaly.Id);
    }

    /// <summary>A steady rate for some time, with the same rate to the bare endpoint after it.</summary>
    public static async Task<JsonObject> SustainedAsync(Deployment deployment, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var mix = await PrepareAsync(deployment, cancellationToken);
        await OpenLoop.RunAsync(new ArrivalSchedule(0, rate, duration < WarmUp ? duration : WarmUp), mix, deployment.Sender, new LoadTally(), cancellationToken);
        var tally = new LoadTally();
        await using var watch = new WatchedProcesses(deployment.Options.Watched);
        await OpenLoop.RunAsync(ArrivalSchedule.Steady(rate, duration), mix, deployment.Sender, tally, cancellationToken);
        var processes = await watch.FinishAsync();
        var seconds = duration.TotalSeconds;
        var bare = await YardstickAsync(ArrivalSchedule.Steady(rate, duration < YardstickAtMost ? duration : YardstickAtMost), mix.ForYardstick(tally), cancellationToken);
        var p95 = tally.Latencies.Percentile(0.95);
        return new JsonObject
        {
            ["scenario"] = "sustained", ["ratePerSecond"] = rate, ["seconds"] = seconds,
            ["load"] = tally.ToJson(seconds),
            ["byRequest"] = tally.KindsToJson(),
            ["bareKestrelMs"] = Figures.Of(bare.Latencies),
            ["p50ToBareKestrel"] = Figures.Ratio(tally.Latencies.Percentile(0.5), bare.Latencies.Percentile(0.5)),
            ["p95ToBareKestrel"] = Figures.Ratio(p95, bare.Latencies.Percentile(0.95)),
            ["processes"] = processes,
            ["promises"] = new JsonArray(
                Figures.Promise("every request is answered with success", tally.Good == tally.Sent && tally.Sent >= ArrivalSchedule.Steady(rate, duration).Requests * 0.99),
                Figures.Promise("p95 below 100 ms", p95 < P95PromiseMs)),
        };
    }

    /// <summary>What Kestrel alone makes of the same requests.</summary>
    public static async Task<LoadTally> YardstickAsync(ArrivalSchedule schedule, RequestMix mix, CancellationToken cancellationToken)
    {
        var tally = new LoadTally();
        await using var bare = await BareEndpoint.StartAsync(cancellationToken);
        using var sender = new LoadSender(bare.Target, []);
        await OpenLoop.RunAsync(schedule, mix, sender, tally, cancellationToken);
        return tally;
    }
}
