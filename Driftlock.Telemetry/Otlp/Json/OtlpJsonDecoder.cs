using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;
using static Driftlock.Telemetry.Otlp.Json.JsonFields;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>
/// The levels that the three export requests share in JSON: {"resourceX":[{"resource":..,"scopeX":[{"scope":..,"x":[item,..]}]}]}. Objects
/// have no order, so children that come before their head are kept for later by a copy of the reader; in the usual order each byte is
/// read once.
/// </summary>
internal static class OtlpJsonDecoder
{
    private delegate void ItemReader(scoped ref Utf8JsonReader json, TelemetryBatch batch);

    public static void Read(Signal signal, ReadOnlySpan<byte> body, TelemetryBatch batch)
    {
        if (body.IsEmpty) return;
        // A map inside a map costs four levels of JSON (object, array, pair, value).
        var options = new JsonReaderOptions { MaxDepth = batch.Limits.Depth * 4 + 64 };
        try
        {
            var json = new Utf8JsonReader(body, options);
            Request(ref json, batch, signal switch
            {
                Signal.Logs => new Shape("resourceLogs", "scopeLogs", "logRecords", LogRecordJson.Read),
                Signal.Metrics => new Shape("resourceMetrics", "scopeMetrics", "metrics", MetricJson.Read),
                _ => new Shape("resourceSpans", "scopeSpans", "spans", SpanJson.Read),
            });
            if (json.Read()) throw Wrong(ref json, "what follows the request", "nothing");
        }
        catch (JsonException e)
        {
            throw new OtlpFormatException(
                $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON; one JSON object is right", OffsetOf(body, e));
        }
    }

    private static void Request(scoped ref Utf8JsonReader json, TelemetryBatch batch, in Shape shape)
    {
        if (!BeginObject(ref json, "the request")) return;
        while (NextProperty(ref json))
        {
            if (!Is(ref json, shape.Resources))
            {
                SkipValue(ref json);
                continue;
            }
            if (!BeginArray(ref json, shape.Resources)) continue;
            while (NextElement(ref json))
            {
                batch.Pending.Path.Resource++;
                if (IsObject(ref json, shape.Resources)) Resource(ref json, batch, shape);
                batch.Pending.Path.Scope = -1;
            }
        }
    }

    private static void Resource(scoped ref Utf8JsonReader json, TelemetryBatch batch, in Shape shape)
    {
        Utf8JsonReader early = default;
        var hasHead = false;
        batch.Pending.BeginResource();
        while (NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "resource"u8))
            {
                ReadResource(ref json, batch);
                batch.Pending.EndResource();
                hasHead = true;
            }
            else if (!Is(ref json, shape.Scopes)) SkipValue(ref json);
            else if (hasHead) Scopes(ref json, batch, shape);
            else
            {
                early = json;
                SkipValue(ref json);
            }
        }
        if (!hasHead) batch.Pending.EndResource();
        if (early.TokenType != JsonTokenType.None) Scopes(ref early, batch, shape);
    }

    private static void ReadResource(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!BeginObject(ref json, "resource")) return;
        while (NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "attributes"u8)) AttributesJson.Read(ref json, batch, ofResource: true);
            else SkipValue(ref json);
        }
    }

    private static void Scopes(scoped ref Utf8JsonReader json, TelemetryBatch batch, in Shape shape)
    {
        if (!BeginArray(ref json, shape.Scopes)) return;
        while (NextElement(ref json))
        {
            batch.Pending.Path.Scope++;
            if (IsObject(ref json, shape.Scopes)) Scope(ref json, batch, shape);
            batch.Pending.Path.Item = -1;
        }
    }

    private static void Scope(scoped ref Utf8JsonReader json, TelemetryBatch batch, in Shape shape)
    {
        Utf8JsonReader early = default;
        var hasHead = false;
        batch.Pending.SetScope(default);
        while (NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "scope"u8))
            {
                ScopeName(ref json, batch);
                hasHead = true;
            }
            else if (!Is(ref json, shape.Items)) SkipValue(ref json);
            else if (hasHead) Items(ref json, batch, shape);
            else
            {
                early = json;
                SkipValue(ref json);
            }
        }
        if (early.TokenType != JsonTokenType.None) Items(ref early, batch, shape);
    }

    private static void ScopeName(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!BeginObject(ref json, "scope")) return;
        while (NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "name"u8)) batch.Pending.SetScope(Text(ref json, batch.Pending.Json.Name, "name"));
            else SkipValue(ref json);
        }
    }

    private static void Items(scoped ref Utf8JsonReader json, TelemetryBatch batch, in Shape shape)
    {
        if (!BeginArray(ref json, shape.Items)) return;
        while (NextElement(ref json))
        {
            batch.Pending.Path.Item++;
            if (IsObject(ref json, shape.Items)) shape.Item(ref json, batch);
            batch.Pending.Path.Point = -1;
        }
    }

    private static long OffsetOf(ReadOnlySpan<byte> body, JsonException error)
    {
        long offset = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
        {
            var end = body[(int)offset..].IndexOf((byte)'\n');
            if (end < 0) break;
            offset += end + 1;
        }
        return offset + (error.BytePositionInLine ?? 0);
    }

    private static bool Is(scoped ref Utf8JsonReader json, string name)
    {
        Span<byte> utf8 = stackalloc byte[name.Length];
        _ = Encoding.ASCII.GetBytes(name, utf8);
        return JsonFields.Is(ref json, utf8);
    }

    private readonly record struct Shape(string Resources, string Scopes, string Items, ItemReader Item);
}
