namespace Driftlock.Cli.Generate;

/// <summary>SplitMix64: the same numbers from the same seed in every version of the runtime.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        var z = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>[0, 1).</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1ul << 53));

    /// <summary>[0, bound).</summary>
    public int Below(int bound) => (int)(Share() * bound);

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Roughly normal, mean 0, deviation 1: twelve uniform numbers, so that no library function decides the last bit.</summary>
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += Share();
        return sum;
    }

    public string Hex(int bytes)
    {
        Span<byte> value = stackalloc byte[bytes];
        for (var i = 0; i < bytes; i++) value[i] = (byte)Next();
        return Convert.ToHexStringLower(value);
    }
}
