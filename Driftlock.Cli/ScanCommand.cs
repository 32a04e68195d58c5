using System.CommandLine;
using System.Globalization;
using Driftlock.Cbad;
using Driftlock.Cli.Scan;
using Driftlock.Storage;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli;

/// <summary>Judges one file without a server.</summary>
internal static class ScanCommand
{
    // A file may be old, and one file has one result, whenever it is read: local time is resolved from a fixed year on.
    private static readonly DateTimeOffset LocalTimeFrom = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file, a gzip file, or - for standard input." };
        var format = new Option<string>("--format") { Description = "auto, text, ndjson, otlp-json or csv.", DefaultValueFactory = _ => "auto" };
        var rate = new Option<double>("--fdr") { Description = "Highest expected share of false alarms among alarms.", DefaultValueFactory = _ => 0.05 };
        var zone = new Option<string>("--time-zone")
        {
            Description = "IANA name of the local time whose hours and weekdays metrics follow, such as Europe/Berlin.",
            DefaultValueFactory = _ => new EngineConfiguration().TimeZone,
        };
        var baseline = new Option<int>("--baseline") { Description = "Events to learn from before judging.", DefaultValueFactory = _ => new EngineConfiguration().BaselineEvents };
        var session = new Option<string>("--session-key") { Description = "Attribute whose value names the session of a log record; the trace id without it.", DefaultValueFactory = _ => "" };
        var evidence = new Option<string?>("--evidence") { Description = "Directory to write each anomaly's evidence to." };
        var fail = new Option<bool>("--fail-on-anomaly") { Description = "Exit with 1 when an anomaly is found." };
        var asJson = new Option<bool>("--json") { Description = "NDJSON: one anomaly a line, then a summary." };
        var command = new Command("scan", "Finds anomalies in one log file, without a server.") { path, format, rate, zone, baseline, session, evidence, fail, asJson };
        command.SetAction(parsed => Guarded.Run(() =>
        {
            EngineConfiguration configuration;
            try
            {
                configuration = new EngineConfiguration
                {
                    FalseDiscoveryRate = parsed.GetValue(rate), BaselineEvents = parsed.GetValue(baseline), SessionKey = parsed.GetValue(session)!,
                }
                .WithTimeZone(parsed.GetValue(zone)!, LocalTimeFrom);
                configuration.Validate();
            }
            catch (FormatException failure)
            {
                throw new InputException(failure.Message);
            }
            return Run(parsed.GetValue(path)!, parsed.GetValue(format)!, configuration, parsed.GetValue(evidence), parsed.GetValue(asJson), parsed.GetValue(fail));
        }));
        return command;
    }

    private static int Run(string path, string format, EngineConfiguration configuration, string? evidence, bool asJson, bool fail)
    {
        using var input = ScanFile.Open(path);
        if (!IEventSource.Formats.Contains(format)) throw new InputException($"--format {format}: must be auto, text, ndjson, otlp-json or csv");
        // The file stays where it is: its lines are shown as they are.
        var events = IEventSource.Of(format, input, Redactor.None);
        var scan = new FileScan(configuration);
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        if (evidence is not null) Directory.CreateDirectory(evidence);
        scan.Run(events, verdict =>
        {
            if (asJson) ScanLines.Write(output, verdict);
            else AnomalyText.Write(Console.Out, verdict);
            if (evidence is null) return;
            var name = string.Create(CultureInfo.InvariantCulture, $"{verdict.Position.Partition}-{verdict.Position.Offset}-{verdict.Ordinal}.json");
            File.WriteAllBytes(Path.Combine(evidence, name), EvidenceJson.Write(verdict.Evidence!));
        });
        if (asJson) ScanLines.WriteSummary(output, scan, input);
        else WriteSummary(scan, input);
        if (input.CutLines > 0) Console.Error.WriteLine($"driftlock: {input.CutLines} lines were longer than {ScanInput.MaxLineBytes} bytes and were cut there");
        if (scan.Events == 0) throw new InputException($"{path}: holds no event");
        return fail && scan.Count(VerdictKind.Anomaly) > 0 ? ExitCodes.AnomaliesFound : ExitCodes.Done;
    }

    private static void WriteSummary(FileScan scan, ScanInput input)
    {
        var anomalies = scan.Count(VerdictKind.Anomaly);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{scan.Events} events, {scan.Windows} windows, {anomalies} anomal{(anomalies == 1 ? "y" : "ies")}, {scan.Duration.TotalSeconds:F2} s, {input.Bytes / 1e6 / Math.Max(scan.Duration.TotalSeconds, 1e-6):F0} MB/s"));
        if (scan.EventsNeeded > 0)
            Console.Out.WriteLine($"Nothing was judged yet: {scan.EventsNeeded} more events are needed to know what is normal here.");
    }
}
