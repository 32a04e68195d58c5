using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>Writes the events of lines, redacted as events that are sent are. For each: Begin, attributes, End.</summary>
internal sealed class LineEvents(EventWriter events, Redactor redactor, ulong receivedUnixNano)
{
    private readonly ByteBuffer _key = new(0);
    private readonly ByteBuffer _text = new(0);
    private readonly RedactionCounts _counts = new();

    public void Begin(ulong timeUnixNano, byte severity, ReadOnlySpan<byte> body) => events.Begin(timeUnixNano == 0 ? receivedUnixNano : timeUnixNano, severity, default, Clean(body, _text));

    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var isSecret = redactor.IsSensitiveKey(key) && Redactor.IsWorthHiding(value);
        events.Attribute(Clean(key, _key), isSecret ? RedactionRules.Marker(RedactionRule.Secret) : Clean(value, _text));
    }

    public void End() => events.End();

    private ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> text, ByteBuffer target)
    {
        target.Clear();
        return redactor.TryRedact(text, target, _counts) ? target.Written : text;
    }
}
