namespace Driftlock.Telemetry.Batches;

/// <summary>
/// Remembers which attribute keys are sensitive: the same few keys come with every event. One entry a slot, 256 slots, keys of at most
/// 64 bytes.
/// </summary>
internal sealed class SensitiveKeys
{
    private const int Slots = 256;
    private const int MaxKeyBytes = 64;

    private readonly byte[]?[] _keys = new byte[]?[Slots];
    private readonly bool[] _sensitive = new bool[Slots];
    private Redactor? _redactor;

    public void Use(Redactor redactor)
    {
        if (ReferenceEquals(_redactor, redactor)) return;
        _redactor = redactor;
        Array.Clear(_keys);
    }

    public bool Contains(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) return false;
        if (key.Length > MaxKeyBytes) return _redactor!.IsSensitiveKey(key);
        var slot = (key.Length * 31 + key[^1] * 7 + key[key.Length / 2] * 131 + key[0]) & (Slots - 1);
        if (_keys[slot] is { } known && key.SequenceEqual(known)) return _sensitive[slot];
        _keys[slot] = key.ToArray();
        return _sensitive[slot] = _redactor!.IsSensitiveKey(key);
    }
}
