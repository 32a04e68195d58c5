using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Driftlock.Telemetry.Files;

/// <summary>Turns one line of a file into one event. One implementation a format.</summary>
internal abstract class LineFormat
{
    protected static readonly string[] BodyNames = ["body", "message", "msg", "text", "log", "content", "event"];
    protected static readonly string[] TimeNames = ["timestamp", "time", "@timestamp", "ts", "date", "datetime"];
    protected static readonly string[] SeverityNames = ["severity", "level", "severitytext", "severity_text", "loglevel"];

    public static LineFormat Of(string format) => format switch
    {
        "text" => new TextFormat(),
        "ndjson" => new NdjsonFormat(),
        "csv" => new CsvFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "must be text, ndjson or csv"),
    };

    /// <summary>Writes one event, or none for a line that carries none (a header, a blank line of NDJSON).</summary>
    /// <exception cref="FileFormatException">The line is not of this format; the message names the line.</exception>
    public abstract void Write(ReadOnlySpan<byte> line, long number, LineEvents events);

    /// <summary>OpenTelemetry's severity number of a level's name; 0 for an unknown one.</summary>
    protected static byte SeverityOf(string text) => text.ToUpperInvariant() switch
    {
        "TRACE" => 1,
        "DEBUG" => 5,
        "INFO" or "INFORMATION" or "NOTICE" => 9,
        "WARN" or "WARNING" => 13,
        "ERROR" or "ERR" or "SEVERE" => 17,
        "FATAL" or "CRITICAL" or "CRIT" or "EMERG" or "ALERT" => 21,
        _ => 0,
    };

    protected static ulong TimeOf(string text)
    {
        const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Universal, out var time) || time.Year < 1970) return 0;
        return (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;
    }

    private sealed class TextFormat : LineFormat
    {
        public override void Write(ReadOnlySpan<byte> line, long number, LineEvents events)
        {
            events.Begin(0, 0, line);
            events.End();
        }
    }

    private sealed class NdjsonFormat : LineFormat
    {
        public override void Write(ReadOnlySpan<byte> line, long number, LineEvents events)
        {
            if (line.Trim(" \t"u8).IsEmpty) return;
            try
            {
                using var document = JsonDocument.Parse(line.ToArray());
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object) throw new FileFormatException($"line {number}: a JSON object is expected, this is {root.ValueKind}");
                var fields = root.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.OrdinalIgnoreCase);
                var body = Find(fields, BodyNames);
                events.Begin(
                    TimeOf(Find(fields, TimeNames) ?? ""), SeverityOf(Find(fields, SeverityNames) ?? ""),
                    body is null ? line : Encoding.UTF8.GetBytes(body));
                if (body is not null)
                {
                    foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                    {
                        if (Known(name)) continue;
                        events.Attribute(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
                    }
                }
                events.End();
            }
            catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
            {
                // The last where a text is no Unicode: broken UTF-8, or half of a surrogate pair.
                throw new FileFormatException($"line {number}: not JSON: {failure.Message}");
            }
        }

        private static bool Known(string name) =>
            BodyNames.Concat(TimeNames).Concat(SeverityNames).Contains(name, StringComparer.OrdinalIgnoreCase);

        private static string? Find(Dictionary<string, JsonElement> fields, string[] names)
        {
            foreach (var name in names)
                if (fields.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.String) return value.GetString();
            return null;
        }
    }

    private sealed class CsvFormat : LineFormat
    {
        private string[]? _columns;

        public override void Write(ReadOnlySpan<byte> line, long number, LineEvents events)
        {
            var cells = Split(Encoding.UTF8.GetString(line), number);
            if (_columns is null)
            {
                _columns = cells;
                if (cells.Length < 2) throw new FileFormatException($"line {number}: a CSV header with at least two columns is expected");
                return;
            }
            if (cells.Length != _columns.Length) throw new FileFormatException($"line {number}: {cells.Length} cells, the header has {_columns.Length}");
            var body = At(cells, BodyNames);
            events.Begin(
                TimeOf(At(cells, TimeNames) ?? ""), SeverityOf(At(cells, SeverityNames) ?? ""),
                body is null ? line : Encoding.UTF8.GetBytes(body));
            events.End();
        }

        private string? At(string[] cells, string[] names)
        {
            foreach (var name in names)
            {
                var column = Array.FindIndex(_columns!, c => c.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (column >= 0) return cells[column];
            }
            return null;
        }

        // RFC 4180 without line breaks inside quotes.
        private static string[] Split(string line, long number)
        {
            var cells = new List<string>();
            var cell = new StringBuilder();
            var quoted = false;
            for (var i = 0; i < line.Length; i++)
            {
                var c = line[i];
                if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
                else if (c == '"' && (quoted || cell.Length == 0)) quoted = !quoted;
                else if (c == ',' && !quoted)
                {
                    cells.Add(cell.ToString());
                    cell.Clear();
                }
                else cell.Append(c);
            }
            if (quoted) throw new FileFormatException($"line {number}: a quote is not closed");
            cells.Add(cell.ToString());
            return [.. cells];
        }
    }
}
