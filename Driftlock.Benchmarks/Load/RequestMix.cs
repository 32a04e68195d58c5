using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks.Load;

/// <summary>Kinds of requests in a fixed order that spreads each evenly: 60 % writes and 40 % reads.</summary>
internal sealed class RequestMix
{
    private const int Slots = 100;

    /// <summary>Has no factor in common with the slots: a walk in steps of it meets each once.</summary>
    private const int Step = 37;

    private const int Templates = 64;
    private const int RecordsARequest = 10;
    private const int EventsARequest = 5;

    private readonly LoadRequest[] _slots;

    private RequestMix(IEnumerable<LoadRequest> kinds)
    {
        _slots = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind, kind.Weight))];
        if (_slots.Length != Slots) throw new InvalidOperationException($"the weights make {_slots.Length} and not {Slots}");
    }

    public LoadRequest this[long request] => _slots[(int)(request * Step % Slots)];

    public IEnumerable<LoadRequest> Kinds => _slots.Distinct();

    /// <param name="anomaly">Id of one that is there.</param>
    public static RequestMix Mixed(string anomaly)
    {
        var logs = new TimedLogs(Templates, RecordsARequest);
        var events = Events();
        return new RequestMix(
        [
            LoadRequest.Logs("write: OTLP/HTTP", 25, Transport.OtlpHttp, logs.Next),
            LoadRequest.Logs("write: OTLP/gRPC", 20, Transport.OtlpGrpc, logs.Next),
            new LoadRequest("write: events", 15, Transport.Rest, "/api/v1/events", "application/x-ndjson", () => events),
            Read("anomalies", 8, "/api/v1/anomalies?limit=20"),
            Read("anomalies, filtered", 7, "/api/v1/anomalies?severity=high&status=open&service=payment&limit=20"),
            Read("anomaly", 6, $"/api/v1/anomalies/{anomaly}"),
            Read("streams", 6, "/api/v1/streams?limit=50"),
            Read("summary", 5, "/api/v1/analytics/summary"),
            Read("incidents", 5, "/api/v1/incidents?limit=20"),
            Read("config", 3, "/api/v1/config"),
        ]);
    }

    /// <summary>The same bodies to an endpoint that does nothing but answer as many bytes as the real one did.</summary>
    public RequestMix ForYardstick(LoadTally measured) => new(Kinds.Select(kind => kind with { Path = BareEndpoint.PathFor(measured.AnswerBytes(kind)) }));

    private static LoadRequest Read(string what, int weight, string path) => new($"read: {what}", weight, Transport.Rest, path);

    private static byte[] Events() => [.. SampleLog.Make(EventsARequest, seed: 1).SelectMany(line =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { service = "load", message = System.Text.Encoding.UTF8.GetString(line) }).Append((byte)'\n'))];
}
