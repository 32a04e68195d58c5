using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Driftlock.Cli.Replay;
using Driftlock.Cli.Send;

namespace Driftlock.Cli;

/// <summary>Sends a recorded file to a server as a program would have sent it.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A text log, NDJSON events or OTLP/JSON requests, one a line; gzip or not." };
        var endpoint = new Option<string>("--endpoint") { Description = "OTLP/HTTP address, such as http://localhost:4318.", Required = true };
        var rate = new Option<double?>("--rate") { Description = "Events a second; as fast as the server takes them when left out." };
        var apiKey = new Option<string?>("--api-key") { Description = "Key to send with." };
        var service = new Option<string?>("--service") { Description = "service.name for text lines; the file's name when left out." };
        var dropLabel = new Option<bool>("--drop-label") { Description = "Leave out the first column of each line (the label of BGL logs)." };
        var patience = new Option<int>("--give-up-after") { Description = "Seconds to keep retrying one request.", DefaultValueFactory = _ => 300 };
        var asJson = new Option<bool>("--json") { Description = "Print a summary as one JSON document." };
        var command = new Command("replay", "Sends a log file over OTLP.") { path, endpoint, rate, apiKey, service, dropLabel, patience, asJson };
        command.SetAction((parsed, cancellation) => GuardedAsync.RunAsync(async () =>
        {
            var file = parsed.GetValue(path)!;
            if (parsed.GetValue(rate) is <= 0 or double.NaN) throw new InputException("--rate must be greater than 0");
            var name = parsed.GetValue(service) ?? Path.GetFileName(file).Split('.')[0];
            using var input = ReplayFile.Open(file);
            using var sender = new OtlpSender(
                parsed.GetValue(endpoint)!, parsed.GetValue(apiKey), TimeProvider.System, TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(patience))));
            var replayer = new Replayer(sender, TimeProvider.System, name, parsed.GetValue(rate), parsed.GetValue(dropLabel));
            if (!Console.IsErrorRedirected) replayer.Progress += () => Console.Error.Write($"\r{replayer.Sent} events sent, {sender.Retries} retries ");
            var start = TimeProvider.System.GetTimestamp();
            await replayer.RunAsync(input, cancellation);
            if (!Console.IsErrorRedirected) await Console.Error.WriteLineAsync();
            Summarise(replayer, sender, TimeProvider.System.GetElapsedTime(start), parsed.GetValue(asJson));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static void Summarise(Replayer replayer, OtlpSender sender, TimeSpan elapsed, bool asJson)
    {
        var rejected = sender.Rejected + replayer.Unreadable;
        var accepted = replayer.Sent - sender.Rejected;
        var problem = sender.FirstRejection ?? replayer.FirstProblem;
        if (problem is not null) Console.Error.WriteLine($"driftlock: {rejected} events were rejected; the first: {problem}");
        if (!asJson)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{replayer.Sent} events sent in {elapsed.TotalSeconds:0.0} s, {accepted} accepted, {rejected} rejected, {sender.Retries} retries"));
            return;
        }
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("sent", replayer.Sent);
            json.WriteNumber("accepted", accepted);
            json.WriteNumber("rejected", rejected);
            json.WriteNumber("retries", sender.Retries);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }
}
