using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Otlp.Json;
using Driftlock.Telemetry.Plain;

namespace Driftlock.Telemetry;

/// <summary>
/// Reads events of people without OpenTelemetry: one JSON object, an array of them, or NDJSON. An event:
/// <code>{"service":"shop","message":"paid","severity":"INFO"|9,"timestamp":"2026-01-02T03:04:05Z"|unix ms|unix ns,
///  "scope":"..","eventName":"..","attributes":{..},"traceId":"32 hex","spanId":"16 hex"}</code>
/// service and message are required. Unknown fields become attributes.
/// </summary>
public static class PlainEventReader
{
    /// <summary>Errors reported a request; later ones are only counted.</summary>
    public const int MaxErrors = 100;

    /// <summary>Lines of a request that may be no JSON; with more the whole is refused: it is something else, and each such line is dear.</summary>
    public const int MaxUnreadableLines = 10_000;

    private const string Right = "one JSON object, an array of objects, or one object a line is right";

    /// <summary>
    /// Fills <paramref name="target"/> with the valid events and <paramref name="errors"/> (cleared first) with one entry for each of the
    /// others, at most <see cref="MaxErrors"/>.
    /// </summary>
    /// <exception cref="OtlpFormatException">The body as a whole is not one of the three forms, or more than <see cref="MaxUnreadableLines"/> lines are not JSON.</exception>
    public static void Read(
        ReadOnlySpan<byte> body, long receivedUnixNano, Redactor redactor, TelemetryBatch target, List<PlainEventError> errors)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(errors);
        errors.Clear();
        target.Reset(Signal.Logs, receivedUnixNano, redactor);
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        var parser = new PlainEventParser(target, errors);
        if (IsOneADocument(body)) ReadDocument(body, parser, target);
        else ReadLines(body, parser, target);
    }

    /// <summary>An array, or an object over several lines: then the second line is not the start of another object.</summary>
    private static bool IsOneADocument(ReadOnlySpan<byte> body)
    {
        var rest = body.TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] != (byte)'{') return true;
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) return false;
        var second = rest[end..].TrimStart(" \t\r\n"u8);
        return !second.IsEmpty && second[0] != (byte)'{';
    }

    private static void ReadDocument(ReadOnlySpan<byte> body, PlainEventParser parser, TelemetryBatch target)
    {
        var json = new Utf8JsonReader(body, Options(target));
        try
        {
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject) parser.Event(ref json, 0, LineOf(body, json.TokenStartIndex));
            else if (json.TokenType != JsonTokenType.StartArray) throw JsonFields.Wrong(ref json, "the body", Right);
            else
            {
                var (index, line, counted) = (0, 1, 0);
                while (JsonFields.NextElement(ref json))
                {
                    line += body[counted..(int)json.TokenStartIndex].Count((byte)'\n');
                    counted = (int)json.TokenStartIndex;
                    parser.Event(ref json, index++, line);
                }
            }
            if (json.Read()) throw JsonFields.Wrong(ref json, "what follows the events", "nothing");
        }
        catch (JsonException e)
        {
            throw new OtlpFormatException($"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON; {Right}", json.BytesConsumed, inner: e);
        }
    }

    private static void ReadLines(ReadOnlySpan<byte> body, PlainEventParser parser, TelemetryBatch target)
    {
        var (index, number, unreadable) = (0, 0, 0);
        foreach (var range in body.Split((byte)'\n'))
        {
            number++;
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            var json = new Utf8JsonReader(line, Options(target));
            // A line is checked as a whole first: half an event must not be taken.
            if (Problem(line, target) is { } problem)
            {
                if (++unreadable > MaxUnreadableLines) throw new OtlpFormatException($"line {number}: more than {MaxUnreadableLines} lines are not JSON; {Right}", range.Start.Value);
                parser.Error(index, number, null, problem);
            }
            else
            {
                json.Read();
                parser.Event(ref json, index, number);
            }
            index++;
        }
    }

    private static string? Problem(ReadOnlySpan<byte> line, TelemetryBatch target)
    {
        var json = new Utf8JsonReader(line, Options(target));
        try
        {
            while (json.Read())
            {
            }
            return null;
        }
        catch (JsonException e)
        {
            return $"column {e.BytePositionInLine + 1}: this is not JSON; one JSON object a line is right";
        }
    }

    private static JsonReaderOptions Options(TelemetryBatch target) => new() { MaxDepth = target.Limits.Depth + 4 };

    private static int LineOf(ReadOnlySpan<byte> body, long offset) => body[..(int)offset].Count((byte)'\n') + 1;
}
