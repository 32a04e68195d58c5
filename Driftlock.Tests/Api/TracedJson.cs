using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>Export requests as OTLP/JSON whose items name their traces.</summary>
internal static class TracedJson
{
    public const string Time = "1772600000000000000";

    public static string Logs(string service, IEnumerable<(string Body, string TraceId, string SpanId)> records) => JsonSerializer.Serialize(new
    {
        resourceLogs = new[]
        {
            new
            {
                resource = Resource(service),
                scopeLogs = new[]
                {
                    new
                    {
                        scope = new { name = "Shop.Cart" },
                        logRecords = records.Select(record => new { timeUnixNano = Time, severityNumber = 9, body = new { stringValue = record.Body }, traceId = record.TraceId, spanId = record.SpanId }),
                    },
                },
            },
        },
    });

    /// <summary>A span of one millisecond.</summary>
    public static string Span(string service, string traceId, string spanId, string? parent, string start) => JsonSerializer.Serialize(new
    {
        resourceSpans = new[]
        {
            new
            {
                resource = Resource(service),
                scopeSpans = new[]
                {
                    new { spans = new[] { new { traceId, spanId, parentSpanId = parent ?? "", name = "work", kind = 2, startTimeUnixNano = start, endTimeUnixNano = $"{ulong.Parse(start) + 1_000_000}" } } },
                },
            },
        },
    });

    private static object Resource(string service) => new { attributes = new[] { new { key = "service.name", value = new { stringValue = service } } } };
}
