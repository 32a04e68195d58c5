using System.Buffers.Binary;
using System.Globalization;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad;

/// <summary>Reads out of a bundle which traces its events belong to.</summary>
public static class JudgedEvents
{
    /// <summary>The window's events that name a trace, in order; none for metrics, for what fell silent and for what drifted.</summary>
    /// <exception cref="FormatException">Not as the engine writes it.</exception>
    /// <exception cref="InvalidDataException">The same.</exception>
    public static IReadOnlyList<JudgedEvent> WithTrace(Evidence evidence)
    {
        var found = evidence switch
        {
            { Spans: { Unit: EvidenceSpans.Trace } spans } => OfTrace(spans, evidence.Window.Events),
            { Spans: { } spans } => OfOperation(spans, evidence.Window.Events),
            { Session: { } session } => OfSession(session, evidence),
            { Model: not null } => OfRecords(evidence),
            _ => [],
        };
        return [.. found.Where(judged => judged.View.TraceId.ContainsAnyExcept((byte)0))];
    }

    private static List<JudgedEvent> OfTrace(EvidenceSpans spans, ReadOnlySpan<byte> window)
    {
        var operations = Operations(spans);
        var traceId = Convert.FromHexString(spans.TraceId ?? "");
        var found = new List<JudgedEvent>();
        while (!window.IsEmpty) found.Add(Span(found.Count, SpanFacts.Load(ref window), traceId, operations));
        return found;
    }

    private static List<JudgedEvent> OfOperation(EvidenceSpans spans, ReadOnlySpan<byte> window)
    {
        var operations = Operations(spans);
        var callees = new ulong[JudgedSpan.MaxCallees];
        var found = new List<JudgedEvent>();
        while (!window.IsEmpty)
        {
            var span = JudgedSpan.Load(ref window, callees);
            found.Add(Span(found.Count, span.Facts, [.. Bytes(span.TraceIdHigh), .. Bytes(span.TraceIdLow)], operations));
        }
        return found;
    }

    private static JudgedEvent Span(int index, in SpanFacts facts, ReadOnlySpan<byte> traceId, Dictionary<ulong, EvidenceOperation> operations)
    {
        if (!operations.TryGetValue(facts.Operation, out var operation)) throw new FormatException($"spans.operations: {new StreamId(facts.Operation)} is missing");
        var events = new EventWriter(128);
        events.Begin(facts.Start, facts.Status, SpanFacts.KindName(facts.Kind), default, traceId, Id(facts.SpanId), Id(facts.ParentSpanId));
        events.Number(facts.Duration);
        events.End();
        return new JudgedEvent(index, new StreamId(facts.Operation), operation.Service, operation.Name, Signal.Traces, events.Written[sizeof(uint)..].ToArray(), true);
    }

    private static List<JudgedEvent> OfRecords(Evidence evidence)
    {
        var stream = StreamOf(evidence);
        var found = new List<JudgedEvent>();
        var reader = new EventReader(Signal.Logs, evidence.Window.Events);
        while (reader.Next(out var view)) found.Add(new JudgedEvent(found.Count, stream, evidence.Stream.Service, evidence.Stream.Name, Signal.Logs, view.Encoded.ToArray(), true));
        return found;
    }

    // Where a record is not kept, the session's name still says which trace it was of.
    private static List<JudgedEvent> OfSession(EvidenceSession session, Evidence evidence)
    {
        var traceId = session.Key.Length == 0 ? Convert.FromHexString(session.Value) : [];
        var records = OfRecords(evidence);
        if (records.Count != session.Steps.Count) throw new FormatException("session.steps: one for each event of the window is right");
        var events = new EventWriter(256);
        return [.. records.Select((record, index) => session.Steps[index].Text == EvidenceStep.Record ? record : OfTrace(record))];

        JudgedEvent OfTrace(JudgedEvent record)
        {
            var view = record.View;
            events.Clear();
            events.Begin(view.TimeUnixNano, view.Severity, view.Name, view.Body, traceId);
            events.End();
            return record with { Encoded = events.Written[sizeof(uint)..].ToArray(), HasText = false };
        }
    }

    private static byte[] Id(ulong id) => id == 0 ? [] : Bytes(id);

    private static byte[] Bytes(ulong id)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }

    private static StreamId StreamOf(Evidence evidence) =>
        StreamId.TryParse(evidence.Stream.Id, out var stream) ? stream : throw new FormatException("stream.id: 16 hex digits are right");

    private static Dictionary<ulong, EvidenceOperation> Operations(EvidenceSpans spans) => spans.Operations.ToDictionary(
        operation => ulong.Parse(operation.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
}
