using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Scan;

/// <summary>The NDJSON of `scan --json`: an anomaly a line, then the summary.</summary>
internal static class ScanLines
{
    public static void Write(Stream output, Verdict verdict) => Write(output, json => AnomalyJson.WriteFields(json, verdict));

    public static void WriteSummary(Stream output, FileScan scan, ScanInput input) => Write(output, json =>
    {
        json.WriteStartObject("summary");
        AnomalyJson.WriteFields(json, scan, input);
        json.WriteEndObject();
    });

    private static void Write(Stream output, Action<Utf8JsonWriter> fields)
    {
        using (var json = new Utf8JsonWriter(output, AnomalyJson.Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }
}
