using System.Text.Json;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>
/// k of 50 lines of a normal window are replaced by lines that do not belong there; how many such windows reach p at most 0.05?
/// alien: lines of the other logs. message: the same with header columns stripped on both sides. alert: a log's own alert lines.
/// repeat: copies of one line out of the thousand before. absence: a line that stood k times in every 50 (at intervals that vary by a
/// fifth), put into the log from its start, no longer comes.
/// </summary>
internal static class PowerExperiment
{
    private const ulong Seed = 20_251_122;
    private const int Step = 25;

    private static readonly int[] Counts = [1, 5, 10, 25];

    public static void Run(IReadOnlyList<LabelledLog> logs, Utf8JsonWriter json)
    {
        var long_ = logs.Where(log => log.NormalLines.Length >= NullExperiment.Baseline + (2 * WindowProbe.Window)).ToList();
        if (long_.Count == 0) throw new InputException("no log is long enough");
        var cells = new List<Cell>();
        var whole = long_.Select(log => log.NormalLines).ToList();
        var messages = long_.Select(log => HeaderColumns.Strip(log, log.NormalLines)).ToList();
        for (var i = 0; i < long_.Count; i++)
        {
            var index = i;
            if (long_.Count > 1)
            {
                Inject("alien", long_[i].Name, whole[i], [.. whole.Where((_, other) => other != index).SelectMany(lines => lines)], cells);
                Inject("message", long_[i].Name, messages[i], [.. messages.Where((_, other) => other != index).SelectMany(lines => lines)], cells);
            }
            Inject("repeat", long_[i].Name, whole[i], null, cells);
            foreach (var k in Counts) Stop(long_[i].Name, whole[i], k, cells);
            if (long_[i].HasAnomalies) Inject("alert", long_[i].Name, whole[i], long_[i].AnomalousLines, cells);
        }
        Write(json, cells);
    }

    private static void Inject(string kind, string log, byte[][] lines, byte[][]? foreign, List<Cell> cells)
    {
        if (lines.Length < NullExperiment.Baseline + WindowProbe.Window) return;
        var random = new SeededRandom(Seed);
        var simple = new SimpleDetectors(lines[..NullExperiment.Baseline]);
        var hits = new int[Counts.Length];
        var zScore = new int[Counts.Length];
        var ncd = new int[Counts.Length];
        var windows = 0;
        var probe = new WindowProbe(NullExperiment.Skip);
        for (var start = 0; start + WindowProbe.Window <= lines.Length; start++)
        {
            // Windows begin at multiples of the hop, as the engine's do.
            if (start >= NullExperiment.Baseline && (start - NullExperiment.Baseline) % (2 * Step) is 0 or 20)
            {
                windows++;
                for (var c = 0; c < Counts.Length; c++)
                {
                    var window = lines[start..(start + WindowProbe.Window)];
                    var places = Enumerable.Range(0, WindowProbe.Window).ToArray();
                    random.Shuffle(places.AsSpan());
                    var known = lines[start - 1 - random.Below(NullExperiment.Baseline)];
                    foreach (var place in places.Take(Counts[c])) window[place] = foreign is null ? known : foreign[random.Below(foreign.Length)];
                    var fork = probe.Fork();
                    foreach (var line in window) fork.Add(line);
                    if (fork.PValue <= 0.05) hits[c]++;
                    if (simple.ZScoreFlags(window)) zScore[c]++;
                    if (simple.NcdFlags(window)) ncd[c]++;
                }
            }
            probe.Add(lines[start]);
        }
        for (var c = 0; c < Counts.Length; c++)
            cells.Add(new Cell(kind, log, Counts[c], windows, hits[c] / (double)windows, zScore[c] / (double)windows, ncd[c] / (double)windows));
    }

    private static void Stop(string log, byte[][] lines, int k, List<Cell> cells)
    {
        var random = new SeededRandom(Seed);
        var beat = lines[random.Below(NullExperiment.Skip)];
        var mixed = new List<byte[]>();
        var period = WindowProbe.Window / (double)k;
        var next = period;
        foreach (var line in lines)
        {
            for (; next <= mixed.Count; next += period * (0.8 + (0.4 * random.Unit()))) mixed.Add(beat);
            mixed.Add(line);
        }
        int windows = 0, hits = 0, zScore = 0, ncd = 0;
        var simple = new SimpleDetectors([.. mixed.Take(NullExperiment.Baseline)]);
        var probe = new WindowProbe(NullExperiment.Skip);
        for (var start = 0; start < mixed.Count; start++)
        {
            if (start >= NullExperiment.Baseline && (start - NullExperiment.Baseline) % (2 * Step) is 0 or 20)
            {
                byte[][] window = [.. mixed.Skip(start).Where(line => line != beat).Take(WindowProbe.Window)];
                if (window.Length < WindowProbe.Window) break;
                windows++;
                var fork = probe.Fork();
                foreach (var line in window) fork.Add(line);
                if (fork.PValue <= 0.05) hits++;
                if (simple.ZScoreFlags(window)) zScore++;
                if (simple.NcdFlags(window)) ncd++;
            }
            probe.Add(mixed[start]);
        }
        cells.Add(new Cell("absence", log, k, windows, hits / (double)windows, zScore / (double)windows, ncd / (double)windows));
    }

    private static void Write(Utf8JsonWriter json, List<Cell> cells)
    {
        json.WriteStartObject();
        json.WriteStartArray("power");
        foreach (var group in cells.GroupBy(cell => (cell.Kind, cell.K)))
        {
            json.WriteStartObject();
            json.WriteString("kind", group.Key.Kind);
            json.WriteNumber("k", group.Key.K);
            json.WriteNumber("rate05", group.Average(cell => cell.Rate));
            json.WriteNumber("logs", group.Count());
            json.WriteNumber("windows", group.Sum(cell => cell.Windows));
            json.WriteStartObject("baselines");
            json.WriteNumber("random", 0.05);
            json.WriteNumber("flagAll", 1);
            json.WriteNumber("zScore", group.Average(cell => cell.ZScore));
            json.WriteNumber("ncd", group.Average(cell => cell.Ncd));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("logs");
        foreach (var cell in cells)
        {
            json.WriteStartObject();
            json.WriteString("kind", cell.Kind);
            json.WriteString("log", cell.Log);
            json.WriteNumber("k", cell.K);
            json.WriteNumber("rate05", cell.Rate);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record Cell(string Kind, string Log, int K, int Windows, double Rate, double ZScore, double Ncd);
}
