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
        command.Subcommands.Add(Logs("null", "Share of anomaly-free windows with p <= 0.05 and 0.01.", NullExperiment.Run));
        command.Subcommands.Add(Logs("power", "Share of windows with k foreign lines that reach p <= 0.05.", PowerExperiment.Run));
        command.Subcommands.Add(Sessions());
        return command;
    }

    private static Command Logs(string name, string description, Action<IReadOnlyList<LabelledLog>, Utf8JsonWriter> run) =>
        Measurement(name, description, "Directory with *.log[.gz], searched recursively.", LabelledLog.ReadAll, run);

    private static Command Sessions() => Measurement(
        "sessions", "Labelled sessions judged by those before them.", "Directory with train.jsonl[.gz] and test.jsonl[.gz], or of such directories.",
        SessionSet.ReadAll, SessionsExperiment.Run);

    /// <summary>A measurement over what lies under a directory, printed as one JSON object.</summary>
    private static Command Measurement<TData>(string name, string description, string layout, Func<string, TData> read, Action<TData, Utf8JsonWriter> run)
    {
        var data = new Option<string>("--data") { Description = layout, Required = true };
        var asJson = new Option<bool>("--json") { Description = "One JSON object without white space (otherwise indented)." };
        var command = new Command(name, description);
        command.Options.Add(data);
        command.Options.Add(asJson);
        command.SetAction(parsed => Guarded.Run(() =>
        {
            var given = read(parsed.GetValue(data)!);
            using var output = Console.OpenStandardOutput();
            using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = !parsed.GetValue(asJson) })) run(given, json);
            output.WriteByte((byte)'\n');
            return ExitCodes.Done;
        }));
        return command;
    }
}
