using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Cli;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// The verb <c>load</c>: drives a deployment that runs, and prints what came of it. Exit code 0: measured; 2: bad usage, or the deployment
/// cannot be driven so. Whether what the project promises was held is in the report, since it depends on the machine.
/// </summary>
internal static class LoadCommand
{
    public const string Verb = "load";

    private const int LongestSeconds = 3_600;
    private const int HighestRate = 50_000;
    private const int MostClients = 10_000;
    private const int MostRecords = 10_000;

    private static readonly JsonSerializerOptions Compact = new() { WriteIndented = false };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [BareEndpoint.Verb]) return await BareEndpoint.ServeAsync();
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"load: {error.Message}");
        await Console.Error.WriteLineAsync("load: --help shows what can be said");
        return ExitCodes.BadInput;
    }

    private static RootCommand Create()
    {
        var shared = new SharedOptions();
        var seconds = Whole("--seconds", "Seconds; of each step for stress, of each size and transport for ingest. Without it 600, 30, 5 and 10 for sustained, spike, stress and ingest.", null, 1, LongestSeconds);
        var rate = Whole("--rate", "Requests a second; the highest ones for spike and stress. Without it 1000, 5000 and 20000.", null, 1, HighestRate);
        var from = Whole("--from", "Requests a second of the first step of stress.", 500, 1, HighestRate);
        var clients = Whole("--clients", "Clients of the live stream.", 1_000, 1, MostClients);
        var shops = Whole("--shops", "Shops whose logs are sent for live, of 6,000 records and one anomaly each.", 10, 1, 1_000);
        var senders = Whole("--senders", "Senders of ingest, each with one request at a time.", 8, 1, LoadSender.MostConnections);
        var patience = Whole("--patience", "Seconds to wait for the Detector after each measurement of ingest.", 300, 1, LongestSeconds);
        var records = new Option<int[]>("--records") { Description = "Log records a request for ingest; may be given several times.", DefaultValueFactory = _ => [512, 2_000] };
        records.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is not { Length: > 0 and <= 8 } sizes || sizes.Any(size => size is < 1 or > MostRecords))
                result.AddError($"--records must be from 1 to {MostRecords}, and given 8 times at most");
        });
        var scenarios = new Dictionary<string, (string Description, Option[] Options, Func<Deployment, ParseResult, CancellationToken, Task<JsonObject>> Run)>
        {
            ["sustained"] = ("Mixed reads and writes at one rate.", [rate, seconds], (deployment, parsed, stop) =>
                MixedLoad.SustainedAsync(deployment, parsed.GetValue(rate) ?? 1_000, Seconds(parsed, seconds, 600), stop)),
            ["spike"] = ("From no requests to many, and the time to recover.", [rate, seconds], (deployment, parsed, stop) =>
                SpikeLoad.RunAsync(deployment, parsed.GetValue(rate) ?? 5_000, Seconds(parsed, seconds, 30), stop)),
            ["stress"] = ("Rising steps until the answers no longer keep up.", [from, rate, seconds], (deployment, parsed, stop) =>
                StressLoad.RunAsync(deployment, parsed.GetValue(from)!.Value, parsed.GetValue(rate) ?? 20_000, Seconds(parsed, seconds, 5), stop)),
            ["live"] = ("Clients of the live stream that must each receive every anomaly.", [clients, shops], (deployment, parsed, stop) =>
                LiveLoad.RunAsync(deployment, parsed.GetValue(clients)!.Value, parsed.GetValue(shops)!.Value, stop)),
            ["ingest"] = ("Log records a second that are durable, with the Detector at work.", [records, senders, seconds, patience], (deployment, parsed, stop) =>
                IngestLoad.RunAsync(deployment, parsed.GetValue(records)!, parsed.GetValue(senders)!.Value, Seconds(parsed, seconds, 10), Seconds(parsed, patience, 300), stop)),
        };
        var root = new RootCommand("Load on a running Driftlock, beside yardsticks of the same machine.");
        foreach (var (name, scenario) in scenarios)
        {
            root.Subcommands.Add(shared.Command(name, scenario.Description, scenario.Options, scenario.Run));
        }
        root.Subcommands.Add(shared.Command("all", "All scenarios, one after the other.", [.. scenarios.Values.SelectMany(scenario => scenario.Options).Distinct()],
            [.. scenarios.Values.Select(scenario => scenario.Run)]));
        return root;
    }

    private static TimeSpan Seconds(ParseResult parsed, Option<int?> option, int byDefault) => TimeSpan.FromSeconds(parsed.GetValue(option) ?? byDefault);

    private static Option<int?> Whole(string name, string description, int? byDefault, int least, int most)
    {
        var option = new Option<int?>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } value && (value < least || value > most)) result.AddError($"{name} must be from {least} to {most}; it is {value}");
        });
        return option;
    }

    /// <summary>What every scenario needs to know about the deployment.</summary>
    private sealed class SharedOptions
    {
        private readonly Option<string> _api = new("--api") { Description = "REST address.", DefaultValueFactory = _ => "http://localhost:5081" };
        private readonly Option<string> _otlp = new("--otlp") { Description = "OTLP/HTTP address.", DefaultValueFactory = _ => "http://localhost:4318" };
        private readonly Option<string?> _grpc = new("--otlp-grpc") { Description = "OTLP/gRPC address; port 4317 beside --otlp when left out." };
        private readonly Option<string[]> _keys = new("--api-key") { Description = $"Key with the rights to send and to read; several are used in turns, {LoadOptions.MostKeys} at most." };
        private readonly Option<string?> _postgres = new("--postgres") { Description = "Connection string for the COPY yardstick of ingest, which makes a table there and drops it." };
        private readonly Option<string[]> _watch = new("--watch") { Description = $"NAME=PROCESS-ID whose memory and processor time to watch; {LoadOptions.MostWatched} at most." };
        private readonly Option<bool> _json = new("--json") { Description = "Each scenario as one line of JSON." };

        public Command Command(string name, string description, Option[] options, params Func<Deployment, ParseResult, CancellationToken, Task<JsonObject>>[] scenarios)
        {
            var command = new Command(name, description) { _api, _otlp, _grpc, _keys, _postgres, _watch, _json };
            foreach (var option in options) command.Options.Add(option);
            command.SetAction((parsed, stop) => GuardedAsync.RunAsync(async () =>
            {
                using var deployment = new Deployment(LoadOptions.Parse(
                    parsed.GetValue(_api)!, parsed.GetValue(_otlp)!, parsed.GetValue(_grpc), parsed.GetValue(_keys) ?? [], parsed.GetValue(_postgres), parsed.GetValue(_watch) ?? []));
                foreach (var scenario in scenarios)
                {
                    var report = await scenario(deployment, parsed, stop);
                    if (parsed.GetValue(_json)) Console.WriteLine(report.ToJsonString(Compact));
                    else LoadReport.Print(report, Console.Out);
                }
                return ExitCodes.Done;
            }));
            return command;
        }
    }
}
