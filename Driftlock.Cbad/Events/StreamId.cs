using System.Globalization;

namespace Driftlock.Cbad.Events;

/// <summary>
/// Names a stream everywhere: a 64-bit FNV-1a hash of tenant, signal, service and name, so that every process derives the same id
/// without asking a database. Written as 16 lower-case hex digits.
/// </summary>
public readonly record struct StreamId(ulong Value)
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static StreamId Of(int tenant, Signal signal, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name)
    {
        var hash = Mix(OffsetBasis, (uint)tenant);
        hash = Mix(hash, (byte)signal);
        // The length keeps ("ab","c") and ("a","bc") apart.
        hash = Mix(hash, (uint)service.Length);
        hash = Mix(hash, service);
        hash = Mix(hash, name);
        // FNV-1a mixes its high bits poorly; the finaliser of SplitMix64 spreads them, since partitions are taken by remainder.
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return new StreamId(hash ^ (hash >> 31));
    }

    /// <summary>
    /// The partition of the event log, 0 to <paramref name="partitions"/> - 1, that all events of a stream go to. What is judged together
    /// lies together: the metrics of one service, and all spans of a tenant, since a trace may touch any service.
    /// </summary>
    public static int Partition(int tenant, Signal signal, ReadOnlySpan<byte> service, StreamId stream, int partitions)
    {
        var key = signal switch
        {
            Signal.Metrics => Of(tenant, signal, service, default),
            Signal.Traces => Of(tenant, signal, default, default),
            _ => stream,
        };
        return (int)(key.Value % (ulong)partitions);
    }

    public static bool TryParse(string? text, out StreamId id)
    {
        var parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        id = new StreamId(value);
        // Parsing alone would take U+0000 at the end for nothing.
        return parsed && text!.Length == 16 && text[^1] != '\0';
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Mix(ulong hash, uint value)
    {
        for (var shift = 0; shift < 32; shift += 8) hash = (hash ^ ((value >> shift) & 0xff)) * Prime;
        return hash;
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) hash = (hash ^ b) * Prime;
        return hash;
    }
}
