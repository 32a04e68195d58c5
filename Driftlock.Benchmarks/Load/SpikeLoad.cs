using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <summary>From nothing to more than there is room for, and how long it takes until a few requests are answered as fast as before.</summary>
internal static class SpikeLoad
{
    private const double ProbesPerSecond = 50;
    private const double RecoveryPromiseSeconds = 5;

    private static readonly TimeSpan ProbeFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    public static async Task<JsonObject> RunAsync(Deployment deployment, double rate, TimeSpan ramp, CancellationToken cancellationToken)
    {
        var mix = await MixedLoad.PrepareAsync(deployment, cancellationToken);
        var (tally, probes) = (new LoadTally(), new ConcurrentBag<Probe>());
        await using var watch = new WatchedProcesses(deployment.Options.Watched);
        var schedule = new ArrivalSchedule(0, rate, ramp);
        var spike = OpenLoop.RunAsync(schedule, mix, deployment.Sender, tally, cancellationToken);
        await Task.Delay(ramp, cancellationToken);
        // Those of the spike that are not answered yet are part of what the probes meet, but theirs are connections of their own.
        using (var prober = new LoadSender(deployment.Options.Target, deployment.Options.Keys))
        {
            await ProbeAsync(prober, mix, probes, ProbeFor, cancellationToken);
        }
        await spike;
        var processes = await watch.FinishAsync();
        var recovered = RecoveredAfter([.. probes], ProbeFor);
        return new JsonObject
        {
            ["scenario"] = "spike", ["peakPerSecond"] = rate, ["seconds"] = ramp.TotalSeconds,
            ["load"] = tally.ToJson(ramp.TotalSeconds),
            ["notSent"] = schedule.Requests - tally.Sent,
            ["recoveredAfterSeconds"] = recovered is { } seconds ? Figures.Rounded(seconds) : null,
            ["processes"] = processes,
            ["promises"] = new JsonArray(
                Figures.Promise("what is not answered with success is refused with 429 or 503 and a time to come back", tally.Failed == 0),
                Figures.Promise("recovered within 5 s", recovered <= RecoveryPromiseSeconds)),
        };
    }

    /// <summary>
    /// Seconds after which a window of a second begins in which every probe was answered well and 95 % of them within 100 ms; null where
    /// there is none.
    /// </summary>
    public static double? RecoveredAfter(IReadOnlyList<Probe> probes, TimeSpan probedFor)
    {
        foreach (var begin in probes.Select(probe => probe.Seconds).Where(begin => begin <= (probedFor - Window).TotalSeconds).Order())
        {
            var window = probes.Where(probe => probe.Seconds >= begin && probe.Seconds < begin + Window.TotalSeconds).ToList();
            if (window.TrueForAll(probe => probe.IsGood) && window.Count(probe => probe.Milliseconds < MixedLoad.P95PromiseMs) >= 0.95 * window.Count) return begin;
        }
        return null;
    }

    private static async Task ProbeAsync(LoadSender sender, RequestMix mix, ConcurrentBag<Probe> probes, TimeSpan duration, CancellationToken cancellationToken)
    {
        var schedule = ArrivalSchedule.Steady(ProbesPerSecond, duration);
        var begin = Stopwatch.GetTimestamp();
        var waiting = new List<Task>();
        for (var i = 0L; i < schedule.Requests; i++)
        {
            var due = schedule.TimeOf(i);
            if (due - Stopwatch.GetElapsedTime(begin) is var early && early > TimeSpan.Zero) await Task.Delay(early, cancellationToken);
            waiting.Add(OneAsync(mix[i], due));
        }
        await Task.WhenAll(waiting);

        async Task OneAsync(LoadRequest request, TimeSpan due)
        {
            var answer = await sender.SendAsync(request, cancellationToken);
            probes.Add(new Probe(due.TotalSeconds, (Stopwatch.GetElapsedTime(begin) - due).TotalMilliseconds, answer.Kind == AnswerKind.Good));
        }
    }

    /// <param name="Seconds">When it was to be sent, after the spike's end.</param>
    internal sealed record Probe(double Seconds, double Milliseconds, bool IsGood);
}
