using System.CommandLine;
using Driftlock.Cli;

var root = new RootCommand("Driftlock: alarms on OpenTelemetry data that carry their own proof.");
root.Subcommands.Add(ScanCommand.Create());
root.Subcommands.Add(VerifyCommand.Create());
root.Subcommands.Add(GenerateCommand.Create());
root.Subcommands.Add(ReplayCommand.Create());
root.Subcommands.Add(MigrateCommand.Create());
root.Subcommands.Add(EvalCommand.Create());
root.Subcommands.Add(BenchCommand.Create());

// System.CommandLine exits with 1 for bad usage; here 1 means "anomalies found", and 2 is bad usage or input.
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"driftlock: {error.Message}");
    Console.Error.WriteLine("driftlock: --help shows what can be said");
    return ExitCodes.BadInput;
}
return await parsed.InvokeAsync();
