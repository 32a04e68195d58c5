using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>Tells an OTLP/JSON export request from other JSON, and which of the three it is.</summary>
public static class ExportRequest
{
    private const int LooksAtBytes = 256;

    private static readonly byte[][] Names = ["resourceLogs"u8.ToArray(), "resourceMetrics"u8.ToArray(), "resourceSpans"u8.ToArray()];

    /// <summary>Whether the beginning of a file names one of the three.</summary>
    public static bool Looks(ReadOnlySpan<byte> beginning)
    {
        foreach (var name in Names)
            if (beginning[..Math.Min(beginning.Length, LooksAtBytes)].IndexOf(name) >= 0) return true;
        return false;
    }

    /// <summary>Null for an object without any of the three, for other values and for what is not JSON.</summary>
    public static Signal? SignalOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(Names[0])) return Signal.Logs;
                if (reader.ValueTextEquals(Names[1])) return Signal.Metrics;
                if (reader.ValueTextEquals(Names[2])) return Signal.Traces;
                reader.Skip();
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second where a name holds half of a surrogate pair.
            return null;
        }
        return null;
    }
}
