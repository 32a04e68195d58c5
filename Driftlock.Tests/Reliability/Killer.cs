using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Driftlock.Tests.Offline;

namespace Driftlock.Tests.Reliability;

/// <summary>Kills a resource with SIGKILL at random moments of a run's progress, drawn from a seed, and says how long it was away.</summary>
/// <param name="app">The running application, which starts again what dies.</param>
/// <param name="resource">Its name.</param>
/// <param name="times">How often.</param>
/// <param name="random">Draws the moments.</param>
/// <param name="mark">Something that changes only while the resource works.</param>
internal sealed class Killer(DistributedApplication app, string resource, int times, Random random, Func<Task<long>> mark)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Each in its own part of the run and away from its edges: where three fell together, what was on its way when they passed left nothing
    /// for what was killed to show itself at work with, and the senders waited for the kills that waited for it.
    /// </summary>
    private readonly double[] _moments = [.. Enumerable.Range(0, times).Select(part => 0.02 + (0.94 * (part + 0.2 + (0.6 * random.NextDouble())) / times))];
    private readonly List<string> _report = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _done;

    public int Done => Volatile.Read(ref _done);

    public string Report => $"{resource}: {string.Join("; ", _report)}";

    /// <summary>False while the run is two moments ahead of the kills: it would be over before they are.</summary>
    public bool MayProceed(double progress) => _moments.Count(moment => moment <= progress) <= Done + 1;

    /// <param name="progress">Share of the run that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RunAsync(Func<double> progress, CancellationToken cancellationToken)
    {
        var pid = 0;
        var works = true;
        foreach (var moment in _moments)
        {
            pid = await Host.RunningPidAsync(app, resource, except: pid);
            if (works) await Until.TrueAsync(() => progress() >= moment, Patience, string.Create(null, $"{moment:p0} of the run done"), cancellationToken);
            await Task.Delay(random.Next(300), cancellationToken);
            Host.Kill(pid);
            var killed = Stopwatch.GetTimestamp();
            var at = Stopwatch.GetElapsedTime(_started, killed);
            await Host.RunningPidAsync(app, resource, except: pid);
            // Counted before it is at work again: senders that hold back for this kill would otherwise give it nothing to do.
            Interlocked.Increment(ref _done);
            // One in four is killed again while it starts or recovers; the others come back to work first.
            works = random.Next(4) > 0;
            if (works)
            {
                var before = await mark();
                await Until.TrueAsync(async () => await mark() > before, Patience, $"{resource} works again", cancellationToken);
            }
            var away = Stopwatch.GetElapsedTime(killed);
            _report.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.0} s ({(works ? "at work" : "started")} {away.TotalSeconds:0.0} s later)"));
        }
    }
}
