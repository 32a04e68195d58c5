using System.Text.Json;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>
/// The promise about alarms, on the engine as shipped: what share of the alarms of many streams in one partition is false, and what share
/// of the injected episodes is found? The streams are those of <see cref="InjectedStreams"/>. A normal line may still be the beginning of
/// a real change that nobody labelled; an alarm there counts as false.
/// </summary>
internal static class FdrExperiment
{
    private const ulong Seed = 20_251_125;
    private const int Repeats = 20;

    /// <param name="logs">At least two with enough normal lines.</param>
    /// <param name="level">Of the false discovery rate.</param>
    /// <param name="wanted">Kinds of episodes, of <see cref="InjectedStreams.Kinds"/>; null for lines of another system, with all kinds beside them.</param>
    /// <param name="json">Gets one object.</param>
    /// <exception cref="InputException">Too few logs, logs too short, no such kind or none that these logs allow.</exception>
    public static void Run(IReadOnlyList<LabelledLog> logs, double level, IReadOnlyCollection<string>? wanted, Utf8JsonWriter json)
    {
        var kinds = wanted ?? [InjectedStreams.Alien];
        if (level is not (> 0 and < 1)) throw new InputException("--level must lie between 0 and 1, both excluded");
        if (kinds.Except(InjectedStreams.Kinds).FirstOrDefault() is { } unknown)
            throw new InputException($"--kinds: there is no '{unknown}'; kinds are {string.Join(", ", InjectedStreams.Kinds)}");
        var sources = StreamSource.Of(logs);
        var (maker, inOrder) = (new InjectedStreams(sources, kinds, resampled: true), new InjectedStreams(sources, kinds, resampled: false));
        if (!maker.Any) throw new InputException($"no log allows episodes of kind {string.Join(", ", kinds)}: alert needs labelled lines, alien and message logs of two systems");
        var resampled = Repeat(maker, level);
        var order = Repeat(inOrder, level);
        json.WriteStartObject();
        json.WriteNumber("level", level);
        json.WriteString("procedure", AlarmBudget.Procedure);
        WriteRates(json, resampled, repeat => repeat.Shipped);
        WriteCounts(json, resampled);
        WriteKinds(json, resampled);
        WriteLogs(json, resampled, sources);
        json.WriteStartArray("tooShort");
        foreach (var log in logs.Where(log => sources.All(source => source.Name != log.Name))) json.WriteStringValue(log.Name);
        json.WriteEndArray();
        WriteBaselines(json, resampled);
        json.WriteStartObject("realOrder");
        WriteRates(json, order, repeat => repeat.Shipped);
        WriteCounts(json, order);
        WriteKinds(json, order);
        WriteBaselines(json, order);
        json.WriteEndObject();
        if (wanted is null) WriteAllKinds(json, sources, level);
        json.WriteEndObject();
    }

    private static void WriteAllKinds(Utf8JsonWriter json, IReadOnlyList<StreamSource> sources, double level)
    {
        json.WriteStartObject("allKinds");
        foreach (var isResampled in (bool[])[true, false])
        {
            if (!isResampled) json.WriteStartObject("realOrder");
            var repeats = Repeat(new InjectedStreams(sources, InjectedStreams.Kinds, isResampled), level);
            WriteRates(json, repeats, repeat => repeat.Shipped);
            WriteCounts(json, repeats);
            WriteKinds(json, repeats);
            WriteBaselines(json, repeats);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static FdrRepeat[] Repeat(InjectedStreams maker, double level)
    {
        var random = new SeededRandom(Seed);
        return [.. Enumerable.Range(0, Repeats).Select(_ => new FdrRepeat(maker.Make(random), level, random))];
    }

    private static void WriteRates(Utf8JsonWriter json, FdrRepeat[] repeats, Func<FdrRepeat, Discoveries> rule)
    {
        var found = Array.ConvertAll(repeats, repeat => rule(repeat));
        var random = new SeededRandom(Seed);
        json.WriteNumber("falseDiscoveryRate", found.Average(repeat => repeat.FalseShare));
        Bootstrap.Write(json, "falseDiscoveryRateInterval", [.. found.Select(repeat => repeat.FalseShare)], random);
        json.WriteNumber("pooledFalseShare", Pooled(found));
        Bootstrap.Write(json, "pooledFalseShareInterval", found.Length, drawn => Pooled(Array.ConvertAll(drawn, i => found[i])), random);
        json.WriteNumber("power", found.Average(repeat => repeat.Power));
        Bootstrap.Write(json, "powerInterval", [.. found.Select(repeat => repeat.Power)], random);
    }

    private static double Pooled(Discoveries[] found)
    {
        var wrong = found.Sum(repeat => repeat.False);
        return wrong / (double)Math.Max(1, wrong + found.Sum(repeat => repeat.True));
    }

    private static void WriteCounts(Utf8JsonWriter json, FdrRepeat[] repeats)
    {
        var (shipped, rejected) = (repeats.Select(repeat => repeat.Shipped), repeats.Select(repeat => repeat.Rejected));
        json.WriteNumber("streams", repeats[0].Streams.Count);
        json.WriteNumber("repeats", repeats.Length);
        json.WriteNumber("episodes", repeats.Sum(repeat => repeat.Streams.Count));
        json.WriteNumber("windows", repeats.Sum(repeat => repeat.Windows));
        json.WriteNumber("windowsOfEpisodes", repeats.Sum(repeat => repeat.Positive));
        json.WriteNumber("trueAlarms", shipped.Sum(found => found.True));
        json.WriteNumber("falseAlarms", shipped.Sum(found => found.False));
        json.WriteNumber("falseAlarmsJustAfter", shipped.Sum(found => found.JustAfter));
        json.WriteNumber("suppressedInEpisodes", rejected.Sum(found => found.True) - shipped.Sum(found => found.True));
        json.WriteNumber("suppressedElsewhere", rejected.Sum(found => found.False) - shipped.Sum(found => found.False));
    }

    private static void WriteKinds(Utf8JsonWriter json, FdrRepeat[] repeats)
    {
        var episodes = repeats.SelectMany(repeat => repeat.Streams.Select((stream, i) => new Episode(stream.Kind, stream.K, repeat, i)));
        json.WriteStartArray("kinds");
        foreach (var kind in episodes.GroupBy(episode => episode.Kind))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.Key);
            json.WriteNumber("power", kind.Average(episode => episode.IsFound ? 1.0 : 0));
            json.WriteStartArray("counts");
            foreach (var count in kind.GroupBy(episode => episode.K).OrderBy(group => group.Key))
            {
                json.WriteStartObject();
                json.WriteNumber("k", count.Key);
                json.WriteNumber("power", count.Average(episode => episode.IsFound ? 1.0 : 0));
                json.WriteNumber("episodes", count.Count());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("baselines");
            for (var i = 0; i < repeats[0].Baselines.Length; i++)
                json.WriteNumber(repeats[0].Baselines[i].Name, kind.Average(episode => episode.Repeat.Baselines[i].Found.Found[episode.Stream] ? 1.0 : 0));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter json, FdrRepeat[] repeats, IReadOnlyList<StreamSource> sources)
    {
        json.WriteStartArray("logs");
        foreach (var source in sources)
        {
            var found = repeats.SelectMany(repeat => repeat.Streams.Zip(repeat.Shipped.Found).Where(pair => pair.First.Log == source.Name)).ToList();
            json.WriteStartObject();
            json.WriteString("log", source.Name);
            json.WriteNumber("episodes", found.Count);
            json.WriteNumber("power", found.Average(pair => pair.Second ? 1.0 : 0));
            json.WriteNumber("falseAlarms", repeats.Sum(repeat => repeat.FalseAlarms(source.Name)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteBaselines(Utf8JsonWriter json, FdrRepeat[] repeats)
    {
        json.WriteStartObject("baselines");
        for (var i = 0; i < repeats[0].Baselines.Length; i++)
        {
            var baseline = i;
            json.WriteStartObject(repeats[0].Baselines[i].Name);
            WriteRates(json, repeats, repeat => repeat.Baselines[baseline].Found);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private sealed record Episode(string Kind, int K, FdrRepeat Repeat, int Stream)
    {
        public bool IsFound => Repeat.Shipped.Found[Stream];
    }
}
