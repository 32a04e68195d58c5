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
        command.Subcommands.Add(LogsOrTraces("null", "Share of anomaly-free windows with p <= 0.05 and 0.01.", NullExperiment.Run, TraceNullExperiment.Run));
        command.Subcommands.Add(LogsOrTraces("power", "Share of windows with k foreign lines or spans that reach p <= 0.05.", PowerExperiment.Run, TracePowerExperiment.Run));
        command.Subcommands.Add(Over("causes", "Whether the true cause is first, or among the first three.", "Directory in PetShop's or Nezha's layout.",
            (directory, json) =>
            {
                if (TraceFaultsExperiment.IsIn(directory)) TraceFaultsExperiment.Run(directory, json);
                else CausesExperiment.Run(directory, json);
            }));
        return command;
    }

    /// <summary>A measurement over all logs under a directory, printed as one JSON object.</summary>
    private static Command LogsOrTraces(
        string name, string description, Action<IReadOnlyList<LabelledLog>, Utf8JsonWriter> ofLogs, Action<string, Utf8JsonWriter> ofTraces) =>
        Over(name, description, "Directory with *.log[.gz], or traces as *.otlp.jsonl[.gz] or in Nezha's layout; searched recursively.", (directory, json) =>
        {
            if (TraceData.IsIn(directory)) ofTraces(directory, json);
            else ofLogs(LabelledLog.ReadAll(directory), json);
        });

    private static Command Over(string name, string description, string layout, Action<string, Utf8JsonWriter> run)
    {
        var data = new Option<string>("--data") { Description = layout, Required = true };
        var asJson = new Option<bool>("--json") { Description = "One JSON object without white space (otherwise indented)." };
        var command = new Command(name, description);
        command.Options.Add(data);
        command.Options.Add(asJson);
        command.SetAction(parsed => Guarded.Run(() =>
        {
            using var output = Console.OpenStandardOutput();
            using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = !parsed.GetValue(asJson) })) run(parsed.GetValue(data)!, json);
            output.WriteByte((byte)'\n');
            return ExitCodes.Done;
        }));
        return command;
    }
}
