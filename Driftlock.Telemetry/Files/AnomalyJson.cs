using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Driftlock.Cbad;

namespace Driftlock.Telemetry.Files;

/// <summary>What was found in a file, as `scan --json` says it.</summary>
public static class AnomalyJson
{
    /// <summary>Log lines are full of quotes and angle brackets, and this is never pasted into HTML unescaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fields of an anomaly, into an object that was begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(verdict);
        var explanation = verdict.Evidence!.Explanation;
        var stream = verdict.Evidence.Stream;
        json.WriteString("service", stream.Service);
        json.WriteString("stream", stream.Name);
        json.WriteString("unit", explanation.Unit);
        json.WriteNumber("firstEvent", verdict.FirstEvent);
        json.WriteNumber("lastEvent", LastEvent(verdict));
        json.WriteString("timestamp", TimeOf(verdict.FirstTimeUnixNano));
        json.WriteNumber("pValue", verdict.PValue!.Value);
        json.WriteNumber("excessBits", Math.Round(explanation.ExcessBits, 2));
        json.WriteString("severity", explanation.Severity);
        json.WriteNumber("score", explanation.Score);
        json.WriteString("why", explanation.Why);
        json.WriteStartArray("costliest");
        foreach (var line in explanation.Costliest.Select(index => explanation.Lines[index]))
        {
            json.WriteStartObject();
            json.WriteNumber("event", line.Event);
            json.WriteNumber("bits", Math.Round(line.Bits, 2));
            json.WriteString("text", line.Text);
            json.WriteBoolean("isNew", line.IsNew);
            WriteTokens(json, line.Text, line.Tokens);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The tokens of a line that lie within a text that may be cut.</summary>
    public static void WriteTokens(Utf8JsonWriter json, string text, IReadOnlyList<TokenBits> tokens)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tokens);
        json.WriteStartArray("tokens");
        foreach (var token in tokens.Where(token => token.Start + token.Length <= text.Length))
        {
            json.WriteStartObject();
            json.WriteString("text", text.AsSpan(token.Start, token.Length));
            json.WriteNumber("start", token.Start);
            json.WriteNumber("length", token.Length);
            json.WriteNumber("bits", Math.Round(token.Bits, 2));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The fields of a summary, into an object that was begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, FileScan scan, ScanInput input)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(input);
        json.WriteNumber("events", scan.Events);
        json.WriteNumber("streams", scan.Streams);
        json.WriteNumber("windows", scan.Windows);
        json.WriteNumber("anomalies", scan.Count(VerdictKind.Anomaly));
        json.WriteNumber("suppressed", scan.Count(VerdictKind.Suppressed));
        json.WriteNumber("calibrating", scan.Count(VerdictKind.Calibrating));
        json.WriteNumber("eventsNeeded", scan.EventsNeeded);
        json.WriteNumber("cutLines", input.CutLines);
        json.WriteNumber("seconds", Math.Round(scan.Duration.TotalSeconds, 4));
        json.WriteNumber("megabytesPerSecond", Math.Round(input.Bytes / 1e6 / Math.Max(scan.Duration.TotalSeconds, 1e-6), 2));
    }

    /// <summary>0-based in the stream. Other records stand between those of a session.</summary>
    public static long LastEvent(Verdict verdict) =>
        verdict.EventCount == 0 ? verdict.FirstEvent : verdict.Unit == JudgedUnit.Session ? verdict.Evidence!.Explanation.Lines[^1].Event : verdict.FirstEvent + verdict.EventCount - 1;

    /// <summary>ISO 8601; null where the file gave no time.</summary>
    private static string? TimeOf(ulong unixNano) =>
        unixNano == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks((long)(unixNano / 100)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
