using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <param name="Seconds">Since the watch began.</param>
/// <param name="Bytes">Resident, without what is shared by agreement (a database server's buffers would count once a process).</param>
/// <param name="ProcessorSeconds">Used since the process began.</param>
internal readonly record struct ProcessSample(double Seconds, long Bytes, double ProcessorSeconds);

/// <summary>
/// Memory and processor time of processes and all that they started, once a second out of /proc, and the processor time of the sender
/// itself. Linux only; elsewhere, and where a process is gone, there are no figures.
/// </summary>
internal sealed class WatchedProcesses : IAsyncDisposable
{
    /// <summary>USER_HZ, which is 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, List<ProcessSample>> _samples = [];
    private readonly IReadOnlyDictionary<string, int> _watched;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _own = Environment.CpuUsage.TotalTime;
    private readonly Task _sampling;

    public WatchedProcesses(IReadOnlyDictionary<string, int> watched)
    {
        _watched = watched;
        foreach (var name in watched.Keys) _samples[name] = [];
        Sample();
        _sampling = SampleAsync();
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>An object each: memory in MiB (its slope by least squares over the last two thirds of the time), processors used on average, and the seconds of them, which do not depend on what else the machine does.</returns>
    public async Task<JsonArray> FinishAsync()
    {
        await StopAsync();
        Sample();
        var seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        var own = (Environment.CpuUsage.TotalTime - _own).TotalSeconds;
        JsonArray report = [new JsonObject { ["process"] = "sender", ["processors"] = Figures.Rounded(own / seconds), ["processorSeconds"] = Figures.Rounded(own) }];
        foreach (var (name, samples) in _samples.Where(process => process.Value.Count > 1))
        {
            var (first, last) = (samples[0], samples[^1]);
            report.Add((JsonNode)new JsonObject
            {
                ["process"] = name,
                ["processors"] = Figures.Rounded((last.ProcessorSeconds - first.ProcessorSeconds) / (last.Seconds - first.Seconds)),
                ["processorSeconds"] = Figures.Rounded(last.ProcessorSeconds - first.ProcessorSeconds),
                ["firstMiB"] = Mebibytes(first.Bytes),
                ["lastMiB"] = Mebibytes(last.Bytes),
                ["maxMiB"] = Mebibytes(samples.Max(sample => sample.Bytes)),
                ["slopeMiBPerMinute"] = Figures.Rounded(SlopePerSecond([.. samples.Where(sample => sample.Seconds >= last.Seconds / 3)]) * 60 / (1 << 20)),
            });
        }
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>Bytes a second, by least squares; 0 for fewer than two samples.</summary>
    public static double SlopePerSecond(IReadOnlyList<ProcessSample> samples)
    {
        if (samples.Count < 2) return 0;
        var (time, bytes) = (samples.Average(sample => sample.Seconds), samples.Average(sample => (double)sample.Bytes));
        var square = samples.Sum(sample => (sample.Seconds - time) * (sample.Seconds - time));
        return square == 0 ? 0 : samples.Sum(sample => (sample.Seconds - time) * (sample.Bytes - bytes)) / square;
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
    }

    private static double Mebibytes(long bytes) => Figures.Rounded(bytes / (double)(1 << 20));

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) Sample();
        }
        catch (OperationCanceledException)
        {
            // The watch has ended.
        }
    }

    private void Sample()
    {
        var children = Children();
        foreach (var (name, root) in _watched)
        {
            var (bytes, ticks) = (0L, 0L);
            var waiting = new Stack<int>([root]);
            while (waiting.TryPop(out var process))
            {
                foreach (var child in children[process]) waiting.Push(child);
                bytes += MemoryOf(process);
                ticks += TicksOf(process);
            }
            if (ticks > 0) _samples[name].Add(new ProcessSample(Stopwatch.GetElapsedTime(_began).TotalSeconds, bytes, ticks / TicksPerSecond));
        }
    }

    private static ILookup<int, int> Children()
    {
        var processes = Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc").Select(Path.GetFileName) : [];
        return processes.Select(name => int.TryParse(name, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0)
            .Select(id => (Id: id, Fields: StatOf(id))).Where(process => process.Fields.Length > 1)
            .ToLookup(process => int.Parse(process.Fields[1], CultureInfo.InvariantCulture), process => process.Id);
    }

    /// <summary>utime and stime, and those of children that have ended: fields 14 to 17 of proc(5).</summary>
    private static long TicksOf(int process)
    {
        var fields = StatOf(process);
        return fields.Length > 14 ? fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) : 0;
    }

    /// <summary>From field 3 on: what comes before holds the name, in which anything may stand.</summary>
    private static string[] StatOf(int process)
    {
        var text = TryRead($"/proc/{process}/stat");
        return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static long MemoryOf(int process) => TryRead($"/proc/{process}/status").Split('\n')
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssFile:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) * 1024;

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
