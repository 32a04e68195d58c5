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
        command.Subcommands.Add(Experiment("null", "Share of anomaly-free windows (logs) or points (NAB layout) with p <= 0.05 and 0.01.",
            "Directory with *.log[.gz], searched recursively, or of the NAB layout.", NullOfLayout));
        command.Subcommands.Add(Logs("power", "Share of windows with k foreign lines that reach p <= 0.05.", PowerExperiment.Run));
        command.Subcommands.Add(Experiment("nab", "Score of the Numenta Anomaly Benchmark.",
            "Directory with data/ and labels/combined_windows.json.", (data, json) => NabExperiment.Run(NabFile.ReadAll(data), json)));
        command.Subcommands.Add(Experiment("series", "Labelled metrics of resources: area under precision-recall, best F1.",
            "Directory with NAME_train.csv[.gz], NAME_test.csv[.gz] and NAME_test_label.csv[.gz].", (data, json) => SeriesExperiment.Run(MetricTable.ReadAll(data), json)));
        return command;
    }

    private static void NullOfLayout(string data, Utf8JsonWriter json)
    {
        if (NabFile.IsLayout(data)) SeriesNullExperiment.Run(NabFile.ReadAll(data), json);
        else NullExperiment.Run(LabelledLog.ReadAll(data), json);
    }

    /// <summary>A measurement over all logs under a directory.</summary>
    private static Command Logs(string name, string description, Action<IReadOnlyList<LabelledLog>, Utf8JsonWriter> run) =>
        Experiment(name, description, "Directory with *.log[.gz], searched recursively.", (data, json) => run(LabelledLog.ReadAll(data), json));

    /// <summary>A measurement over a directory, printed as one JSON object.</summary>
    private static Command Experiment(string name, string description, string dataDescription, Action<string, Utf8JsonWriter> run)
    {
        var data = new Option<string>("--data") { Description = dataDescription, Required = true };
        var asJson = new Option<bool>("--json") { Description = "One JSON object without white space (otherwise indented)." };
        var command = new Command(name, description);
        command.Options.Add(data);
        command.Options.Add(asJson);
        command.SetAction(parsed => Guarded.Run(() =>
        {
            var directory = parsed.GetValue(data)!;
            using var output = Console.OpenStandardOutput();
            // Nothing is written before the input has been read: bad input leaves standard output empty.
            var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = !parsed.GetValue(asJson) })) run(directory, json);
            buffer.WriteTo(output);
            output.WriteByte((byte)'\n');
            return ExitCodes.Done;
        }));
        return command;
    }
}
