using Driftlock.Cbad.Events;

namespace Driftlock.Cbad;

/// <summary>An event of a bundle's window that belongs to a trace, as far as the bundle keeps it: enough to show it, and to know it again in the event log.</summary>
/// <param name="Index">0-based in the window, as <see cref="ExplainedLine.Index"/>.</param>
/// <param name="Stream">Of the event: the spans of a trace belong to many.</param>
/// <param name="Service">service.name of the resource.</param>
/// <param name="Name">Logs: scope name. Traces: span name.</param>
/// <param name="Signal">Logs or traces.</param>
/// <param name="Encoded">In the form of the log (layout: Events/EventWriter), with its trace id; texts may be cut, a span has no attributes.</param>
/// <param name="HasText">False for a record of a session of which no text was kept.</param>
public sealed record JudgedEvent(int Index, StreamId Stream, string Service, string Name, Signal Signal, ReadOnlyMemory<byte> Encoded, bool HasText)
{
    public EventView View => EventReader.Decode(Signal, Encoded.Span);

    /// <summary>Whether an event of the log is this one, as it was before it was judged.</summary>
    /// <param name="stream">Of the event of the log.</param>
    /// <param name="found">The event.</param>
    /// <param name="receivedUnixNano">When its entry was received.</param>
    public bool IsOf(StreamId stream, in EventView found, long receivedUnixNano)
    {
        var own = View;
        var time = found.TimeUnixNano == 0 ? (ulong)receivedUnixNano : found.TimeUnixNano;
        if (stream != Stream || own.TimeUnixNano != time || own.Severity != found.Severity || !own.TraceId.SequenceEqual(found.TraceId)) return false;
        return !HasText || (own.SpanId.SequenceEqual(found.SpanId) && found.Name.StartsWith(own.Name) && found.Body.StartsWith(own.Body));
    }
}
