using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry;

/// <summary>
/// Makes log events from plain lines: the line is the body, the service and scope are given. Nothing is guessed from the text; the
/// engine reads its structure itself.
/// </summary>
public sealed class TextLogBuilder
{
    private readonly TelemetryBatch _batch;
    private readonly byte[] _service;
    private readonly byte[] _scope;

    public TextLogBuilder(TelemetryBatch batch, string service, string scope = "")
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        _service = Encoding.UTF8.GetBytes(service);
        _scope = Encoding.UTF8.GetBytes(scope);
    }

    /// <summary>Empties the batch for the next lines.</summary>
    public void Begin(long receivedUnixNano, Redactor redactor)
    {
        _batch.Reset(Signal.Logs, receivedUnixNano, redactor);
        _batch.Pending.BeginResource();
        _batch.Pending.SetService(_service);
        _batch.Pending.EndResource();
        _batch.Pending.SetScope(_scope);
    }

    /// <param name="line">UTF-8; a line end is taken off.</param>
    /// <param name="timeUnixNano">0 = the time of <see cref="Begin"/>.</param>
    public void Add(ReadOnlySpan<byte> line, ulong timeUnixNano = 0)
    {
        var pending = _batch.Pending;
        pending.Attributes.Clear();
        var stream = pending.Stream(pending.Scope);
        if (stream is null)
        {
            _batch.RejectStream();
            return;
        }
        new Otlp.LogFields { Time = timeUnixNano, Body = pending.BodyText.Body(line.TrimEnd("\r\n"u8)) }.Commit(_batch, stream);
    }
}
