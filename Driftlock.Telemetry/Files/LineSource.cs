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
    private readonly EventWriter _events = new(BytesPerBlock);
    private readonly LineEvents _lines;
    private readonly byte[] _service;

    public LineSource(ScanInput input, LineFormat format, Redactor redactor)
    {
        (_input, _format, _lines) = (input, format, new LineEvents(_events, redactor));
        _service = Encoding.UTF8.GetBytes(Path.GetFileName(input.Name));
    }

    public bool TryRead(ByteBuffer payload)
    {
        payload.Clear();
        _events.Clear();
        while (_events.EventCount < EventsPerBlock && _events.Length < BytesPerBlock && _input.TryReadLine(out var line))
            _format.Write(line, _input.Lines, _lines);
        if (_events.EventCount == 0) return false;
        EventBlock.Write(payload, Signal.Logs, _service, "scan"u8, default, 0, _events.Written, _events.EventCount);
        return true;
    }
}
