using System.Globalization;
using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Nezha's layout: a model that knows nothing but the fault-free minutes judges the minutes of each injected fault. How many of their traces
/// (and windows of spans) reach p at most 0.01, and is the injected service among the first of the services ranked by excess bits?
/// </summary>
internal static class TraceFaultsExperiment
{
    private const int FaultMinutes = 3;

    // Mean of -log2 U for U uniform in ]0, 1]: what a span costs that is as slow as any other.
    private const double UsualBits = 1.4426950408889634;

    private static readonly double[] Levels = [0.05, 0.01];

    public static bool IsIn(string directory) => TraceData.NezhaFiles(directory, "fault").Count > 0;

    public static void Run(string directory, Utf8JsonWriter json)
    {
        var data = TraceData.ReadNormal(directory);
        var probe = new TraceProbe();
        foreach (var trace in data.Traces) probe.Judge(trace);
        var normal = probe.Save();
        var traces = new List<(int Minute, double PValue)>();
        var windows = new List<double>();
        var places = new List<(int Bits, int Seconds, int Product, int Services)>();
        foreach (var fault in ReadFaults(directory))
        {
            probe = TraceProbe.Load(normal);
            var services = new SortedDictionary<string, (double Bits, double Seconds)>(StringComparer.Ordinal);
            foreach (var (path, minute) in fault.Files)
            {
                var minutes = new TraceData();
                minutes.ReadNezha(path);
                foreach (var trace in minutes.Traces)
                {
                    var verdict = probe.Judge(trace);
                    if (!double.IsNaN(verdict.PValue)) traces.Add((minute, verdict.PValue));
                    windows.AddRange(probe.Windows.Select(window => window.PValue).Where(p => !double.IsNaN(p)));
                    AddUp(probe, minutes, services);
                }
            }
            if (services.Count == 0) continue;
            places.Add((
                PlaceOf(fault.Service, services, one => one.Bits), PlaceOf(fault.Service, services, one => one.Seconds),
                PlaceOf(fault.Service, services, one => Math.Max(0, one.Bits) * Math.Max(0, one.Seconds)), services.Count));
        }
        if (places.Count == 0) throw new InputException($"{directory}: fault_list.json names no fault whose minutes are below fault/trace");
        json.WriteStartObject();
        json.WriteStartObject("faults");
        json.WriteNumber("cases", places.Count);
        json.WriteNumber("top1", Share(places, place => place.Bits == 1));
        json.WriteNumber("top3", Share(places, place => place.Bits is >= 1 and <= 3));
        // The score of ranked origins: own seconds beyond the usual, times bits.
        json.WriteNumber("top1ByShareTimesBits", Share(places, place => place.Product == 1));
        json.WriteNumber("top3ByShareTimesBits", Share(places, place => place.Product is >= 1 and <= 3));
        json.WriteNumber("services", places.Average(place => place.Services));
        WriteFlagged(json, "traces", traces.Select(one => one.PValue));
        WriteFlagged(json, "windows", windows);
        json.WriteStartArray("tracesByMinute");
        for (var minute = 0; minute < FaultMinutes; minute++) WriteFlagged(json, null, traces.Where(one => one.Minute == minute).Select(one => one.PValue));
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        json.WriteStartObject("random");
        json.WriteNumber("top1", places.Average(place => 1.0 / place.Services));
        json.WriteNumber("top3", places.Average(place => Math.Min(1, 3.0 / place.Services)));
        json.WriteEndObject();
        json.WriteStartObject("excessSeconds");
        json.WriteNumber("top1", Share(places, place => place.Seconds == 1));
        json.WriteNumber("top3", Share(places, place => place.Seconds is >= 1 and <= 3));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A client's own time is the time between it and its server: it belongs to both ends, so the server's service is charged as well.
    private static void AddUp(TraceProbe probe, TraceData data, SortedDictionary<string, (double Bits, double Seconds)> services)
    {
        for (var i = 0; i < probe.Tree.Count; i++)
        {
            var service = ServiceOf(i);
            Charge(service, i);
            var parent = probe.Tree.Parents[i];
            if (parent >= 0 && ServiceOf(parent) != service) Charge(service, parent);
        }

        string ServiceOf(int span) => data.Operations[probe.Tree.Spans[span].Operation].Service;

        void Charge(string service, int span)
        {
            var (bits, seconds) = services.GetValueOrDefault(service);
            var times = probe.Find(probe.Tree.Spans[span].Operation).Model.SelfTimes;
            services[service] = (
                bits + (TraceDeviation.BitsOf(probe.Model.Scores[span]) / (double)FixedLog.One) - UsualBits,
                seconds + (probe.Tree.SelfTime(span) / 1e9) - (DurationModel.Nanoseconds(times.BinAt(0.5)) / 1e9));
        }
    }

    private static int PlaceOf(string service, SortedDictionary<string, (double Bits, double Seconds)> services, Func<(double Bits, double Seconds), double> by) =>
        1 + services.OrderByDescending(pair => by(pair.Value)).Select(pair => pair.Key).ToList().IndexOf(service);

    private static double Share<T>(List<T> all, Func<T, bool> isCounted) => all.Count(isCounted) / (double)all.Count;

    private static void WriteFlagged(Utf8JsonWriter json, string? name, IEnumerable<double> pValues)
    {
        var judged = pValues.ToList();
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteNumber("judged", judged.Count);
        foreach (var level in Levels)
            if (judged.Count > 0) json.WriteNumber(level < 0.05 ? "rate01" : "rate05", Share(judged, p => p <= level));
        json.WriteEndObject();
    }

    private static List<Fault> ReadFaults(string directory)
    {
        var faults = new List<Fault>();
        var tables = TraceData.NezhaFiles(directory, "fault");
        foreach (var list in Directory.EnumerateFiles(directory, "fault_list.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var below = tables.Where(path => path.StartsWith(Path.GetDirectoryName(list)!, StringComparison.Ordinal)).ToList();
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(list));
                foreach (var fault in json.RootElement.EnumerateObject().SelectMany(hour => hour.Value.EnumerateArray()))
                {
                    var time = DateTime.ParseExact(fault.GetProperty("inject_time").GetString()!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
                    var files = Enumerable.Range(0, FaultMinutes)
                        .Select(minute => (Path: below.Find(path => Path.GetFileName(path).StartsWith(time.AddMinutes(minute).ToString("HH_mm_", CultureInfo.InvariantCulture), StringComparison.Ordinal)), minute))
                        .Where(file => file.Path is not null).Select(file => (file.Path!, file.minute)).ToList();
                    faults.Add(new Fault(TraceData.ServiceOf(fault.GetProperty("inject_pod").GetString()!), files));
                }
            }
            catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new InputException($"{list}: lists of faults with inject_time and inject_pod are expected: {failure.Message}");
            }
        }
        return faults;
    }

    private sealed record Fault(string Service, List<(string Path, int Minute)> Files);
}
