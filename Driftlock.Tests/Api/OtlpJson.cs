using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Api;

/// <summary>Export requests as OTLP/JSON.</summary>
internal static class OtlpJson
{
    private const string Time = "1772600000000000000";

    /// <summary>A request of the signal with three items in one stream.</summary>
    public static string Three(Signal signal, string service = "shop") => signal switch
    {
        Signal.Logs => Logs(service, ["one", "two", "three"]),
        Signal.Metrics => Resource("Metrics", service, "metrics", new object[]
        {
            new { name = "queue", gauge = new { dataPoints = Enumerable.Range(1, 3).Select(i => new { timeUnixNano = Time, asInt = $"{i}" }) } },
        }),
        _ => Resource("Spans", service, "spans", Enumerable.Range(1, 3).Select(i => new
        {
            traceId = "5b8efff798038103d269b633813fc60c", spanId = $"eee19b7ec3c1b17{i}", name = "charge", startTimeUnixNano = Time, endTimeUnixNano = Time,
        })),
    };

    public static string Logs(string? service, IEnumerable<string> bodies, string time = Time) => Resource(
        "Logs", service, "logRecords", bodies.Select(body => new { timeUnixNano = time, severityNumber = 9, body = new { stringValue = body } }));

    private static string Resource(string kind, string? service, string itemsName, object items)
    {
        object[] attributes = service is null ? [] : [new { key = "service.name", value = new { stringValue = service } }];
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            [$"resource{kind}"] = new[]
            {
                new Dictionary<string, object>
                {
                    ["resource"] = new { attributes },
                    [$"scope{kind}"] = new[] { new Dictionary<string, object> { ["scope"] = new { name = "Shop.Cart" }, [itemsName] = items } },
                },
            },
        });
    }
}
