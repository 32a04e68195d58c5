using System.Diagnostics;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>One file through one engine. Anomalies are handed out as they are found.</summary>
public sealed class FileScan(EngineConfiguration configuration)
{
    /// <summary>What would calibrate for ever, one event a stream, is more likely a file that this command was not made for.</summary>
    public const int MaxStreams = 10_000;

    private readonly PartitionEngine _engine = new(configuration);
    private readonly TelemetryBatch _batch = new();
    private readonly ByteBuffer _payload = new(1 << 18);
    private readonly List<Verdict> _verdicts = [];
    private readonly Dictionary<VerdictKind, long> _windows = [];
    private readonly HashSet<StreamId> _streams = [];
    private long _offset;
    private long _latest;

    public long Events { get; private set; }

    public TimeSpan Duration { get; private set; }

    public int Streams => _streams.Count;

    public long Windows => _windows.Values.Sum();

    /// <summary>Events until the first of the streams is judged; 0 when one is.</summary>
    public long EventsNeeded => _streams.Count == 0 ? configuration.BaselineEvents : _streams.Min(stream => _engine.Progress(stream).EventsNeeded);

    public long Count(VerdictKind kind) => _windows.GetValueOrDefault(kind);

    /// <exception cref="FileFormatException">The file is not of its format, or holds too many streams.</exception>
    public void Run(IEventSource source, Action<Verdict> found)
    {
        var clock = Stopwatch.StartNew();
        while (source.TryRead(_batch))
        {
            _payload.Clear();
            foreach (var stream in _batch.Streams) stream.WriteTo(_payload);
            var rest = _payload.Written;
            var position = new LogPosition(0, _offset++);
            while (EventBlock.TryRead(ref rest, out var block))
            {
                if (_streams.Add(block.Stream(0)) && _streams.Count > MaxStreams) throw new FileFormatException($"more than {MaxStreams} streams in one file; scan its services one by one");
                Events += block.EventCount;
                _engine.Observe(0, block, position, ReceivedAt(block), _verdicts);
            }
            Report(found);
        }
        // The end of the file is as good as silence: what is open is judged as it is.
        if (_engine.HasOpenWindows)
        {
            _engine.Tick(new LogPosition(0, _offset++), long.MaxValue, _verdicts);
            Report(found);
        }
        Duration = clock.Elapsed;
    }

    // A file says when a span or a record was, not when it was received: traces and sessions are complete once later ones have gone on for long enough.
    private long ReceivedAt(in EventBlock block)
    {
        if (block.Signal == Signal.Metrics) return _latest;
        var reader = block.Read();
        while (reader.Next(out var view))
        {
            var end = view.TimeUnixNano + (block.Signal == Signal.Traces && view.NumberCount > 0 && view.Number(0) is > 0 and < long.MaxValue ? (ulong)view.Number(0) : 0);
            if (end < long.MaxValue) _latest = Math.Max(_latest, (long)end);
        }
        return _latest;
    }

    private void Report(Action<Verdict> found)
    {
        foreach (var verdict in _verdicts)
        {
            _windows[verdict.Kind] = _windows.GetValueOrDefault(verdict.Kind) + 1;
            if (verdict.Kind == VerdictKind.Anomaly) found(verdict);
        }
        _verdicts.Clear();
    }
}
