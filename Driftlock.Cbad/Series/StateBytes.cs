using System.Runtime.InteropServices;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>Numbers as they lie in memory; every machine we run on is little-endian.</summary>
internal static class StateBytes
{
    public static void Write<T>(ByteBuffer target, scoped ReadOnlySpan<T> values) where T : unmanaged => target.WriteRaw(MemoryMarshal.AsBytes(values));

    public static void Write<T>(ByteBuffer target, in T value) where T : unmanaged => Write(target, new ReadOnlySpan<T>(in value));

    /// <exception cref="InvalidDataException">Fewer bytes are left than the values need.</exception>
    public static void Read<T>(scoped ref ReadOnlySpan<byte> source, scoped Span<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        Varint.Take(ref source, bytes.Length).CopyTo(bytes);
    }

    public static void Read<T>(scoped ref ReadOnlySpan<byte> source, scoped ref T value) where T : unmanaged => Read(ref source, new Span<T>(ref value));
}
