namespace Driftlock.Telemetry.Otlp;

/// <summary>One log record as read, whatever the encoding; its attributes wait in the batch.</summary>
internal ref struct LogFields
{
    public ulong Time;
    public ulong ObservedTime;
    public ulong Severity;
    public ReadOnlySpan<byte> SeverityText;
    public ReadOnlySpan<byte> EventName;

    /// <summary>Already cleaned.</summary>
    public ReadOnlySpan<byte> Body;

    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;

    public readonly void Commit(TelemetryBatch batch, StreamBlock stream)
    {
        var time = Time != 0 ? Time : ObservedTime != 0 ? ObservedTime : (ulong)batch.ReceivedUnixNano;
        var severity = Severity is > 0 and <= 24 ? (byte)Severity : SeverityNumber.FromText(SeverityText);
        var name = EventName.IsEmpty ? default : batch.Pending.NameText.Name(EventName);
        stream.Events.Begin(time, severity, name, Body, Id(TraceId, 16, batch), Id(SpanId, 8, batch));
        batch.Pending.WriteAttributes(stream.Events);
        stream.Events.End();
        batch.Accept();
    }

    /// <summary>An invalid id means a record outside any trace (logs.proto, LogRecord.trace_id); an id of zeros is invalid.</summary>
    private static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> id, int length, TelemetryBatch batch)
    {
        if (id.Length == length) return id.ContainsAnyExcept((byte)0) ? id : default;
        if (!id.IsEmpty) batch.Cuts.InvalidLogIds++;
        return default;
    }
}
