namespace Driftlock.Cbad.Events;

/// <summary>Walks encoded key and value pairs in the order in which the sender gave them.</summary>
public ref struct AttributeReader(ReadOnlySpan<byte> encoded, int count)
{
    private ReadOnlySpan<byte> _rest = encoded;
    private int _left = count;

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="EventWriter"/>.</exception>
    public bool Next()
    {
        if (_left == 0) return false;
        _left--;
        Key = Varint.ReadBytes(ref _rest);
        Value = Varint.ReadBytes(ref _rest);
        return true;
    }
}
