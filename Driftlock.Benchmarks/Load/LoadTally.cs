using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <summary>What was sent and answered. Latencies are those of good answers, counted from when a request was to be sent.</summary>
internal sealed class LoadTally
{
    private readonly ConcurrentDictionary<string, long> _statuses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LoadRequest, Kind> _kinds = new();
    private long _sent;
    private long _good;
    private long _refused;
    private long _failed;

    public LatencyHistogram Latencies { get; } = new();

    public long Sent => Interlocked.Read(ref _sent);

    public long Good => Interlocked.Read(ref _good);

    public long Refused => Interlocked.Read(ref _refused);

    public long Failed => Interlocked.Read(ref _failed);

    public void Begin() => Interlocked.Increment(ref _sent);

    public void End(LoadRequest request, Answer answer, TimeSpan latency)
    {
        _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        switch (answer.Kind)
        {
            case AnswerKind.Good:
                Interlocked.Increment(ref _good);
                Latencies.Add(latency);
                _kinds.GetOrAdd(request, _ => new Kind()).Add(answer.Bytes, latency);
                break;
            case AnswerKind.Refused:
                Interlocked.Increment(ref _refused);
                break;
            default:
                Interlocked.Increment(ref _failed);
                break;
        }
    }

    /// <summary>Mean length of the good answers to a request; 0 where there was none.</summary>
    public int AnswerBytes(LoadRequest request) => _kinds.TryGetValue(request, out var kind) ? kind.MeanBytes : 0;

    /// <param name="seconds">From the first request's time to the last one's.</param>
    public JsonObject ToJson(double seconds) => new()
    {
        ["sent"] = Sent,
        ["sentPerSecond"] = Figures.Rounded(Sent / seconds),
        ["answered"] = Good,
        ["answeredPerSecond"] = Figures.Rounded(Good / seconds),
        ["refused"] = Refused,
        ["failed"] = Failed,
        ["latencyMs"] = Figures.Of(Latencies),
        ["statuses"] = new JsonObject(_statuses.OrderBy(status => status.Key, StringComparer.Ordinal)
            .Select(status => KeyValuePair.Create<string, JsonNode?>(status.Key, status.Value))),
    };

    public JsonArray KindsToJson() => [.. _kinds.OrderBy(kind => kind.Key.Name, StringComparer.Ordinal).Select(kind => new JsonObject
    {
        ["request"] = kind.Key.Name,
        ["answered"] = kind.Value.Latencies.Count,
        ["p50"] = Figures.Rounded(kind.Value.Latencies.Percentile(0.5)),
        ["p95"] = Figures.Rounded(kind.Value.Latencies.Percentile(0.95)),
        ["p99"] = Figures.Rounded(kind.Value.Latencies.Percentile(0.99)),
        ["max"] = Figures.Rounded(kind.Value.Latencies.MaxMilliseconds),
        ["bytes"] = kind.Value.MeanBytes,
    })];

    private sealed class Kind
    {
        private long _bytes;

        public LatencyHistogram Latencies { get; } = new();

        public int MeanBytes => (int)(Interlocked.Read(ref _bytes) / Math.Max(1, Latencies.Count));

        public void Add(int bytes, TimeSpan latency)
        {
            Interlocked.Add(ref _bytes, bytes);
            Latencies.Add(latency);
        }
    }
}
