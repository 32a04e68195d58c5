using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Files;

namespace Driftlock.Api.Playground;

/// <summary>The lines of the answer: each a JSON object of one property, which says what it is.</summary>
internal static class PlaygroundLines
{
    private const int MostLines = 200;
    private const int LongestText = 2_000;

    /// <summary>How far it is; bytes are those after decompression.</summary>
    public static byte[] Progress(long bytes, long totalBytes, long events, long windows, long anomalies) => Line("progress", json =>
    {
        json.WriteNumber("bytes", bytes);
        json.WriteNumber("totalBytes", totalBytes);
        json.WriteNumber("events", events);
        json.WriteNumber("windows", windows);
        json.WriteNumber("anomalies", anomalies);
    });

    /// <summary>What `scan --json` says of it, and the lines of the window.</summary>
    public static byte[] Anomaly(Verdict verdict) => Line("anomaly", json =>
    {
        AnomalyJson.WriteFields(json, verdict);
        var explanation = verdict.Evidence!.Explanation;
        json.WriteStartArray("lines");
        for (var i = 0; i < Math.Min(explanation.Lines.Count, MostLines); i++) Write(json, explanation.Lines[i], explanation.Costliest.Contains(i));
        json.WriteEndArray();
    });

    public static byte[] Summary(FileScan scan, ScanInput input, double falseDiscoveryRate, bool truncated) => Line("summary", json =>
    {
        AnomalyJson.WriteFields(json, scan, input);
        json.WriteNumber("falseDiscoveryRate", falseDiscoveryRate);
        json.WriteBoolean("truncated", truncated);
    });

    public static byte[] Problem(PlaygroundFailure failure) => Line("problem", json =>
    {
        json.WriteString("code", failure.Code);
        json.WriteString("detail", failure.Detail);
    });

    private static void Write(Utf8JsonWriter json, ExplainedLine line, bool isCostly)
    {
        var text = TextStart.Of(line.Text, LongestText);
        json.WriteStartObject();
        json.WriteNumber("event", line.Event);
        json.WriteNumber("bits", Math.Round(line.Bits, 2));
        json.WriteNumber("expectedBits", Math.Round(line.ExpectedBits, 2));
        json.WriteString("text", text);
        json.WriteBoolean("isNew", line.IsNew);
        json.WriteBoolean("costly", isCostly);
        AnomalyJson.WriteTokens(json, text, line.Tokens);
        json.WriteEndObject();
    }

    private static byte[] Line(string name, Action<Utf8JsonWriter> fields)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, AnomalyJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject(name);
            fields(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
