using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>Where in a request a reader is, for messages: resource, scope, item, and for metrics the data point; -1 when outside.</summary>
internal sealed class ItemPath
{
    public int Resource { get; set; }

    public int Scope { get; set; }

    public int Item { get; set; }

    public int Point { get; set; }

    public void Clear() => Resource = Scope = Item = Point = -1;

    /// <summary>In the names of the encoding: <c>resource_logs[0].scope_logs[1].log_records[2]</c> or lowerCamelCase.</summary>
    public string? Text(Signal signal, OtlpEncoding encoding)
    {
        if (Resource < 0) return null;
        var names = (signal, encoding) switch
        {
            (Signal.Logs, OtlpEncoding.Protobuf) => ("resource_logs", "scope_logs", "log_records", ""),
            (Signal.Logs, _) => ("resourceLogs", "scopeLogs", "logRecords", ""),
            (Signal.Metrics, OtlpEncoding.Protobuf) => ("resource_metrics", "scope_metrics", "metrics", "data_points"),
            (Signal.Metrics, _) => ("resourceMetrics", "scopeMetrics", "metrics", "dataPoints"),
            (_, OtlpEncoding.Protobuf) => ("resource_spans", "scope_spans", "spans", ""),
            _ => ("resourceSpans", "scopeSpans", "spans", ""),
        };
        var text = new StringBuilder();
        Append(text, names.Item1, Resource);
        if (Scope >= 0) Append(text, names.Item2, Scope);
        if (Item >= 0) Append(text, names.Item3, Item);
        if (Point >= 0) Append(text, names.Item4, Point);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, int index) =>
        text.Append(text.Length > 0 ? "." : "").Append(CultureInfo.InvariantCulture, $"{name}[{index}]");
}
