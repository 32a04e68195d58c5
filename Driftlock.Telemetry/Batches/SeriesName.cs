using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>
/// The canonical name of a metric series: <c>name</c>, or <c>name{key="value",..}</c> with the attributes sorted by key, so that the
/// order in which a sender lists them does not matter.
/// </summary>
internal sealed class SeriesName
{
    private readonly ByteBuffer _text = new(256);

    /// <summary>Sorts <paramref name="attributes"/> in place. The result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> metric, AttributeList attributes)
    {
        if (attributes.Count == 0) return metric;
        attributes.Sort();
        _text.Clear();
        _text.WriteRaw(metric);
        _text.WriteByte((byte)'{');
        for (var i = 0; i < attributes.Count; i++)
        {
            if (i > 0) _text.WriteByte((byte)',');
            _text.WriteRaw(attributes.Key(i));
            _text.WriteByte((byte)'=');
            JsonText.Quote(_text, attributes.Value(i));
        }
        _text.WriteByte((byte)'}');
        return _text.Written;
    }
}
