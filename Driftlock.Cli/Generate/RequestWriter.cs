using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Generate;

/// <summary>Puts items into OTLP/JSON export requests of at most <see cref="ItemsARequest"/>, grouped by service and scope.</summary>
internal sealed class RequestWriter(Signal signal)
{
    public const int ItemsARequest = 200;

    private readonly string _prefix = signal switch { Signal.Logs => "Logs", Signal.Metrics => "Metrics", _ => "Spans" };

    private readonly string _items = signal switch { Signal.Logs => "logRecords", Signal.Metrics => "metrics", _ => "spans" };

    public ReadOnlyMemory<byte> Write(IReadOnlyList<GeneratedItem> items)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("resource" + _prefix);
            foreach (var service in items.GroupBy(item => item.Service)) Resource(json, service.Key, service);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private void Resource(Utf8JsonWriter json, string service, IEnumerable<GeneratedItem> items)
    {
        json.WriteStartObject();
        json.WriteStartObject("resource");
        JsonValues.Attributes(json, ("service.name", service), ("service.namespace", "shop"));
        json.WriteEndObject();
        json.WriteStartArray("scope" + _prefix);
        foreach (var scope in items.GroupBy(item => signal == Signal.Logs ? item.Stream : "Shop.Telemetry"))
        {
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", scope.Key);
            json.WriteEndObject();
            json.WriteStartArray(_items);
            foreach (var item in scope) item.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
