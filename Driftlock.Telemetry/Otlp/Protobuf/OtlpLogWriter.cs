using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry;

/// <summary>
/// Writes ExportLogsServiceRequest in protobuf, one resource and scope a call of <see cref="Append"/>: what a sender of ours needs,
/// not more. All values are written as strings.
/// </summary>
public sealed class OtlpLogWriter
{
    private readonly ByteBuffer _request = new(64 * 1024);
    private readonly ByteBuffer _scopeLogs = new(64 * 1024);
    private readonly ByteBuffer _record = new(1024);
    private readonly ByteBuffer _pair = new(256);
    private readonly ByteBuffer _value = new(256);

    /// <summary>The request so far; an empty one is valid.</summary>
    public ReadOnlySpan<byte> Request => _request.Written;

    public void Clear() => _request.Clear();

    /// <summary>Adds all events of a block of signal logs.</summary>
    public void Append(StreamBlock logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        _scopeLogs.Clear();
        _value.Clear();
        Bytes(_value, 1, logs.Name);
        Bytes(_scopeLogs, 1, _value.Written);
        var events = logs.ReadEvents();
        while (events.Next(out var view)) Record(view);

        var resource = new ByteBuffer(256);
        Attribute(resource, 1, "service.name"u8, logs.Service);
        var attributes = new AttributeReader(logs.ResourceAttributes, logs.ResourceAttributeCount);
        while (attributes.Next()) Attribute(resource, 1, attributes.Key, attributes.Value);

        var resourceLogs = new ByteBuffer(resource.Length + _scopeLogs.Length + 32);
        Bytes(resourceLogs, 1, resource.Written);
        Bytes(resourceLogs, 2, _scopeLogs.Written);
        Bytes(_request, 1, resourceLogs.Written);
    }

    private void Record(in EventView view)
    {
        _record.Clear();
        Fixed64(_record, 1, view.TimeUnixNano);
        if (view.Severity != 0)
        {
            _record.WriteVarint(2 << 3);
            _record.WriteVarint(view.Severity);
        }
        _value.Clear();
        Bytes(_value, 1, view.Body);
        Bytes(_record, 5, _value.Written);
        var attributes = view.ReadAttributes();
        while (attributes.Next()) Attribute(_record, 6, attributes.Key, attributes.Value);
        if (!view.TraceId.IsEmpty) Bytes(_record, 9, view.TraceId);
        if (!view.SpanId.IsEmpty) Bytes(_record, 10, view.SpanId);
        if (!view.Name.IsEmpty) Bytes(_record, 12, view.Name);
        Bytes(_scopeLogs, 2, _record.Written);
    }

    private void Attribute(ByteBuffer target, int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _value.Clear();
        Bytes(_value, 1, value);
        _pair.Clear();
        Bytes(_pair, 1, key);
        Bytes(_pair, 2, _value.Written);
        Bytes(target, field, _pair.Written);
    }

    private static void Bytes(ByteBuffer target, int field, ReadOnlySpan<byte> value)
    {
        target.WriteVarint((ulong)((field << 3) | 2));
        target.WriteBytes(value);
    }

    private static void Fixed64(ByteBuffer target, int field, ulong value)
    {
        target.WriteVarint((ulong)((field << 3) | 1));
        target.WriteFixed64(value);
    }
}
