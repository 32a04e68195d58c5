namespace Driftlock.Telemetry.Otlp;

/// <summary>One span as read, whatever the encoding; its attributes wait in the batch.</summary>
internal ref struct SpanFields
{
    private static readonly byte[][] Kinds =
    [
        "SPAN_KIND_UNSPECIFIED"u8.ToArray(), "SPAN_KIND_INTERNAL"u8.ToArray(), "SPAN_KIND_SERVER"u8.ToArray(),
        "SPAN_KIND_CLIENT"u8.ToArray(), "SPAN_KIND_PRODUCER"u8.ToArray(), "SPAN_KIND_CONSUMER"u8.ToArray(),
    ];

    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> ParentSpanId;
    public ReadOnlySpan<byte> Name;
    public ulong Kind;
    public ulong Start;
    public ulong End;
    public ulong StatusCode;

    /// <summary>Already cleaned.</summary>
    public ReadOnlySpan<byte> StatusMessage;

    /// <summary>An id that is missing or all zeros is left out; one of a wrong length rejects the span.</summary>
    public readonly void Commit(TelemetryBatch batch)
    {
        if (!IsId(TraceId, 16) || !IsId(SpanId, 8) || !IsId(ParentSpanId, 8))
        {
            batch.Reject(RejectionReason.InvalidId,
                "a span's trace_id, span_id or parent_span_id has a wrong length or is not hexadecimal; 16, 8 and 8 bytes are right "
                + "(in JSON 32, 16 and 16 hexadecimal digits)");
            return;
        }
        var stream = batch.Pending.Stream(batch.Pending.NameText.StreamName(Name));
        if (stream is null)
        {
            batch.RejectStream();
            return;
        }
        var time = Start != 0 ? Start : End != 0 ? End : (ulong)batch.ReceivedUnixNano;
        // Clocks that step back, and spans whose end is not known, give no duration: 0.
        var duration = End > time ? (double)(End - time) : 0;
        var kind = Kinds[Kind < (ulong)Kinds.Length ? Kind : 0];
        stream.Events.Begin(time, (byte)(StatusCode <= 2 ? StatusCode : 0), kind, StatusMessage, Given(TraceId), Given(SpanId), Given(ParentSpanId));
        stream.Events.Number(duration);
        batch.Pending.WriteAttributes(stream.Events);
        stream.Events.End();
        batch.Accept();
    }

    /// <summary>By its OTLP name, for example SPAN_KIND_SERVER; 0 for a name that is not known.</summary>
    public static ulong KindOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            if (name.SequenceEqual(Kinds[i])) return (ulong)i;
        }
        return 0;
    }

    private static bool IsId(ReadOnlySpan<byte> id, int length) => id.IsEmpty || id.Length == length;

    private static ReadOnlySpan<byte> Given(ReadOnlySpan<byte> id) => id.ContainsAnyExcept((byte)0) ? id : default;
}
