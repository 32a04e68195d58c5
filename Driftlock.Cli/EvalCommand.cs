using System.CommandLine;
using System.Text.Json;
using Driftlock.Cli.Eval;

namespace Driftlock.Cli;

/// <summary>The measurements that the documentation quotes, repeatable on any data in the same layout.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var command = new Command("eval", "Measures the engine on data with known answers.");
        command.Subcommands.Add(Measurement(
            "null", "Share of anomaly-free windows (points of series, rows of resources) with p <= 0.05 and 0.01.",
            "Directory with *.log[.gz]; or with traces as *.otlp.jsonl[.gz] or in Nezha's layout; or in NAB's layout; or with metrics as for series.", Null));
        command.Subcommands.Add(Measurement(
            "power", "Share of windows with k foreign lines or spans that reach p <= 0.05.",
            "Directory with *.log[.gz], or with traces as *.otlp.jsonl[.gz] or in Nezha's layout.", Power));
        command.Subcommands.Add(Fdr());
        command.Subcommands.Add(Measurement(
            "logs", "Labelled line logs: windows that alarm against windows that hold a labelled line.",
            "Directory with *.log[.gz], labelled by NAME.labels or by a first column that is - on normal lines.",
            (data, json) => LogsExperiment.Run(LabelledLog.ReadAll(data), json)));
        command.Subcommands.Add(Measurement(
            "sessions", "Labelled sessions judged by those before them.",
            "Directory with train.jsonl[.gz] and test.jsonl[.gz], or of such directories.",
            (data, json) => SessionsExperiment.Run(SessionSet.ReadAll(data), json)));
        command.Subcommands.Add(Measurement(
            "series", "Labelled metrics of resources: area under precision-recall, best F1.",
            "Directory with NAME_train.csv[.gz], NAME_test.csv[.gz] and NAME_test_label.csv[.gz].",
            (data, json) => SeriesExperiment.Run(MetricTable.ReadAll(data), json)));
        command.Subcommands.Add(Measurement(
            "nab", "Score of the Numenta Anomaly Benchmark.", "Directory with data/ and labels/combined_windows.json.",
            (data, json) => NabExperiment.Run(NabFile.ReadAll(data), json)));
        command.Subcommands.Add(Measurement(
            "causes", "Whether the true cause is first, or among the first three.", "Directory in PetShop's or Nezha's layout.", Causes));
        return command;
    }

    private static void Null(string data, Utf8JsonWriter json)
    {
        if (NabFile.IsLayout(data)) SeriesNullExperiment.Run(NabFile.ReadAll(data), json);
        else if (TraceData.IsIn(data)) TraceNullExperiment.Run(data, json);
        else if (MetricTable.IsIn(data)) ResourceNullExperiment.Run(MetricTable.ReadAll(data), json);
        else NullExperiment.Run(LabelledLog.ReadAll(data), json);
    }

    private static void Power(string data, Utf8JsonWriter json)
    {
        if (TraceData.IsIn(data)) TracePowerExperiment.Run(data, json);
        else PowerExperiment.Run(LabelledLog.ReadAll(data), json);
    }

    private static void Causes(string data, Utf8JsonWriter json)
    {
        if (TraceFaultsExperiment.IsIn(data)) TraceFaultsExperiment.Run(data, json);
        else CausesExperiment.Run(data, json);
    }

    private static Command Fdr()
    {
        var level = new Option<double>("--level") { Description = "Share of false alarms that the engine is told to keep.", DefaultValueFactory = _ => 0.05 };
        var kinds = new Option<string?>("--kinds")
        {
            Description = $"Kinds of injected episodes, by commas, of {string.Join(", ", InjectedStreams.Kinds)}. Without it alien, and all together beside it.",
        };
        return Measurement(
            "fdr", "Share of false alarms, and of episodes found, over many streams of real lines with injected episodes.",
            "Directory with two or more *.log[.gz].",
            (data, parsed, json) => FdrExperiment.Run(LabelledLog.ReadAll(data), parsed.GetValue(level), parsed.GetValue(kinds)?.Split(','), json), level, kinds);
    }

    private static Command Measurement(string name, string description, string layout, Action<string, Utf8JsonWriter> run) =>
        Measurement(name, description, layout, (data, _, json) => run(data, json));

    /// <summary>A measurement over what lies under a directory, printed as one JSON object.</summary>
    private static Command Measurement(
        string name, string description, string layout, Action<string, ParseResult, Utf8JsonWriter> run, params Option[] options)
    {
        var data = new Option<string>("--data") { Description = layout, Required = true };
        var asJson = new Option<bool>("--json") { Description = "One JSON object without white space (otherwise indented)." };
        var command = new Command(name, description);
        command.Options.Add(data);
        command.Options.Add(asJson);
        foreach (var option in options) command.Options.Add(option);
        command.SetAction(parsed => Guarded.Run(() =>
        {
            // Nothing is written before all input has been read: bad input leaves standard output empty.
            var result = new MemoryStream();
            using (var json = new Utf8JsonWriter(result, new JsonWriterOptions { Indented = !parsed.GetValue(asJson) })) run(parsed.GetValue(data)!, parsed, json);
            using var output = Console.OpenStandardOutput();
            result.WriteTo(output);
            output.WriteByte((byte)'\n');
            return ExitCodes.Done;
        }));
        return command;
    }
}
