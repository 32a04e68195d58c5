using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <summary>Steps of a rising rate until the answers no longer keep up with it, for the deployment and for Kestrel alone.</summary>
internal static class StressLoad
{
    public const double Growth = 1.4;

    private const double AnsweredShare = 0.95;
    private const double SlowestP95Ms = 1_000;

    public static async Task<JsonObject> RunAsync(
        Deployment deployment, double from, double most, TimeSpan step, CancellationToken cancellationToken)
    {
        var mix = await MixedLoad.PrepareAsync(deployment, cancellationToken);
        await using var watch = new WatchedProcesses(deployment.Options.Watched);
        LoadTally? first = null;
        var (knee, steps) = await ClimbAsync(from, most, step, async schedule =>
        {
            var tally = new LoadTally();
            await OpenLoop.RunAsync(schedule, mix, deployment.Sender, tally, cancellationToken);
            first ??= tally;
            return tally;
        });
        var processes = await watch.FinishAsync();
        await using var bare = await BareEndpoint.StartAsync(cancellationToken);
        using var sender = new LoadSender(bare.Target, []);
        var yardstick = mix.ForYardstick(first!);
        var (bareKnee, bareSteps) = await ClimbAsync(from, most, step, async schedule =>
        {
            var tally = new LoadTally();
            await OpenLoop.RunAsync(schedule, yardstick, sender, tally, cancellationToken);
            return tally;
        });
        return new JsonObject
        {
            ["scenario"] = "stress",
            ["kneePerSecond"] = Figures.Rounded(knee),
            ["bareKestrelKneePerSecond"] = Figures.Rounded(bareKnee),
            ["kneeToBareKestrel"] = Figures.Ratio(knee, bareKnee),
            ["steps"] = steps,
            ["bareKestrelSteps"] = bareSteps,
            ["processes"] = processes,
            ["promises"] = new JsonArray(Figures.Promise(
                "nothing but success, 429 and 503", steps.All(row => row!["failed"]!.GetValue<long>() == 0))),
        };
    }

    /// <returns>The highest number of good answers a second of a step that kept up, 0 where none did; all steps.</returns>
    private static async Task<(double Knee, JsonArray Steps)> ClimbAsync(
        double from, double most, TimeSpan step, Func<ArrivalSchedule, Task<LoadTally>> run)
    {
        var (knee, steps) = (0.0, new JsonArray());
        for (var rate = from; rate <= most; rate *= Growth)
        {
            var tally = await run(ArrivalSchedule.Steady(rate, step));
            var (answered, p95) = (tally.Good / step.TotalSeconds, tally.Latencies.Percentile(0.95));
            var keepsUp = answered >= AnsweredShare * rate && p95 <= SlowestP95Ms;
            steps.Add((JsonNode)new JsonObject
            {
                ["ratePerSecond"] = Figures.Rounded(rate), ["answeredPerSecond"] = Figures.Rounded(answered), ["refused"] = tally.Refused, ["failed"] = tally.Failed,
                ["p50"] = Figures.Rounded(tally.Latencies.Percentile(0.5)), ["p95"] = Figures.Rounded(p95), ["p99"] = Figures.Rounded(tally.Latencies.Percentile(0.99)),
                ["keepsUp"] = keepsUp,
            });
            if (!keepsUp) break;
            knee = answered;
        }
        return (knee, steps);
    }
}
