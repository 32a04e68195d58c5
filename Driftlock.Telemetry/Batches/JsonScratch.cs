using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>Where strings of a JSON request go that cannot be used where they lie.</summary>
internal sealed class JsonScratch
{
    public ByteBuffer AttributeKey { get; } = new(64);

    public ByteBuffer Nested { get; } = new(64);

    public ByteBuffer Name { get; } = new(64);

    public ByteBuffer Severity { get; } = new(16);

    public ByteBuffer TraceId { get; } = new(16);

    public ByteBuffer SpanId { get; } = new(8);

    public ByteBuffer ParentSpanId { get; } = new(8);
}
