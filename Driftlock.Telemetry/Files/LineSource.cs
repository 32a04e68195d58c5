using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>A file of lines: one stream of log events, named after the file.</summary>
internal sealed class LineSource : IEventSource
{
    private const int EventsPerBlock = 512;
    private const int BytesPerBlock = 256 * 1024;

    private readonly ScanInput _input;
    private readonly LineFormat _format;
    private readonly Redactor _redactor;
    private readonly long _received;
    private readonly byte[] _service;

    public LineSource(ScanInput input, LineFormat format, Redactor redactor, long receivedUnixNano)
    {
        (_input, _format, _redactor, _received) = (input, format, redactor, receivedUnixNano);
        _service = Encoding.UTF8.GetBytes(Path.GetFileName(input.Name));
    }

    public bool TryRead(TelemetryBatch batch)
    {
        batch.Reset(Signal.Logs, _received, _redactor);
        if (!_input.TryReadLine(out var line)) return false;
        var events = batch.Stream(_service, "scan"u8, default, 0)!.Events;
        var lines = new LineEvents(events, _redactor, (ulong)_received);
        do _format.Write(line, _input.Lines, lines);
        while (events.EventCount < EventsPerBlock && events.Length < BytesPerBlock && _input.TryReadLine(out line));
        batch.Accept(events.EventCount);
        return true;
    }
}
