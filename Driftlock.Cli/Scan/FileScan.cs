using System.Diagnostics;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Scan;

/// <summary>One file through one engine as one stream. Anomalies are handed out as they are found.</summary>
internal sealed class FileScan(EngineConfiguration configuration)
{
    private const int EventsPerBlock = 512;
    private const int BytesPerBlock = 256 * 1024;

    private readonly PartitionEngine _engine = new(configuration);
    private readonly EventWriter _events = new(BytesPerBlock);
    private readonly ByteBuffer _payload = new(BytesPerBlock);
    private readonly List<Verdict> _verdicts = [];
    private readonly Dictionary<VerdictKind, long> _windows = [];
    private long _offset;
    private StreamId _stream;

    public long Events { get; private set; }

    public TimeSpan Duration { get; private set; }

    public long Windows => _windows.Values.Sum();

    public StreamProgress Progress => _engine.Progress(_stream);

    public long Count(VerdictKind kind) => _windows.GetValueOrDefault(kind);

    public void Run(ScanInput input, LineFormat format, Action<Verdict> found)
    {
        var clock = Stopwatch.StartNew();
        var service = Encoding.UTF8.GetBytes(Path.GetFileName(input.Name));
        while (input.TryReadLine(out var line))
        {
            if (format.Write(line, input.Lines, _events)) Events++;
            if (_events.EventCount >= EventsPerBlock || _events.Length >= BytesPerBlock) Flush(service, found);
        }
        Flush(service, found);
        // The end of the file is as good as silence: what is open is judged as it is.
        if (_engine.HasOpenWindows)
        {
            _engine.Tick(new LogPosition(0, _offset++), long.MaxValue, _verdicts);
            Report(found);
        }
        Duration = clock.Elapsed;
    }

    private void Flush(byte[] service, Action<Verdict> found)
    {
        if (_events.EventCount == 0) return;
        _payload.Clear();
        EventBlock.Write(_payload, Signal.Logs, service, "scan"u8, default, 0, _events.Written, _events.EventCount);
        var rest = _payload.Written;
        EventBlock.TryRead(ref rest, out var block);
        _stream = block.Stream(0);
        _engine.Observe(0, block, new LogPosition(0, _offset++), 0, _verdicts);
        _events.Clear();
        Report(found);
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
