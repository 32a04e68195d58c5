using System.Globalization;
using System.Text.Json;

namespace Driftlock.Cli.Generate;

/// <summary>Remembers where the anomaly was put: in the whole output and in its own stream, counted from 0.</summary>
internal sealed class Truth(AnomalyPlan plan, string signal, ulong seed)
{
    private readonly Dictionary<string, int> _seen = [];
    private readonly List<(int Event, int InStream, ulong Time, string Stream)> _anomalous = [];
    private int _events;

    public void See(GeneratedItem item)
    {
        var key = item.Service + "/" + item.Stream;
        var inStream = _seen.GetValueOrDefault(key);
        _seen[key] = inStream + 1;
        if (item.IsAnomalous) _anomalous.Add((_events, inStream, item.TimeUnixNano, item.Stream));
        _events++;
    }

    public void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("signal", signal);
        json.WriteNumber("seed", seed);
        json.WriteNumber("events", _events);
        json.WriteString("anomaly", plan.Kind.ToString().ToLowerInvariant());
        json.WriteString("description", AnomalyPlan.Describe(plan.Kind));
        if (plan.Kind != AnomalyKind.None)
        {
            json.WriteString("service", AnomalyPlan.Service);
            json.WriteNumber("firstEvent", plan.First);
            json.WriteNumber("lastEvent", Math.Min(plan.End, _events) - 1);
            json.WriteStartArray("streams");
            foreach (var stream in _anomalous.GroupBy(a => a.Stream))
            {
                json.WriteStartObject();
                json.WriteString("stream", stream.Key);
                json.WriteNumber("firstEvent", stream.First().InStream);
                json.WriteNumber("lastEvent", stream.Last().InStream);
                json.WriteNumber("events", stream.Count());
                json.WriteString("firstTimeUnixNano", stream.First().Time.ToString(CultureInfo.InvariantCulture));
                json.WriteString("lastTimeUnixNano", stream.Last().Time.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
