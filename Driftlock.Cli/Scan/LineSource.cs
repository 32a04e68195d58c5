using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Scan;

/// <summary>A file of lines: one stream of log events, named after the file.</summary>
internal sealed class LineSource(ScanInput input, LineFormat format) : IEventSource
{
    private const int EventsPerBlock = 512;
    private const int BytesPerBlock = 256 * 1024;

    private readonly EventWriter _events = new(BytesPerBlock);
    private readonly byte[] _service = Encoding.UTF8.GetBytes(Path.GetFileName(input.Name));

    public bool TryRead(ByteBuffer payload)
    {
        payload.Clear();
        _events.Clear();
        while (_events.EventCount < EventsPerBlock && _events.Length < BytesPerBlock && input.TryReadLine(out var line))
            format.Write(line, input.Lines, _events);
        if (_events.EventCount == 0) return false;
        EventBlock.Write(payload, Signal.Logs, _service, "scan"u8, default, 0, _events.Written, _events.EventCount);
        return true;
    }
}
