using System.Numerics;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The newest records of sessions as they were judged, to show them: at most <see cref="MaxBytes"/>, or as much as the stream leaves
/// (<see cref="LimitTo"/>), then the older half is forgotten. What is kept depends on nothing but lengths, so that it is the same after a snapshot. A record longer than <see cref="MaxRecordBytes"/> is kept without its attributes, which no session is judged by.
/// </summary>
internal sealed class KeptRecords
{
    public const int MaxBytes = 128 * 1024;
    public const int MaxRecordBytes = 1024;

    /// <summary>Two of the longest bodies and half as much again.</summary>
    public const int LeastBytes = 8 * 1024;

    private const int FirstBytes = 1024;

    private int _limit = MaxBytes;

    private ByteBuffer _records = new(FirstBytes);
    private EventWriter? _bare;

    public long Bytes => _records.Capacity + (_bare?.Capacity ?? 0);

    /// <param name="number">0-based number of the event in the stream; they ascend.</param>
    /// <param name="record">As judged.</param>
    public void Add(long number, in EventView record)
    {
        var encoded = record.Encoded;
        if (encoded.Length > MaxRecordBytes)
        {
            _bare ??= new EventWriter(WindowBuffer.MaxBodyBytes * 2);
            _bare.Clear();
            _bare.Begin(record.TimeUnixNano, record.Severity, record.Name, record.Body, record.TraceId, record.SpanId, record.ParentSpanId);
            _bare.End();
            encoded = _bare.Written[sizeof(uint)..];
        }
        if (_records.Length + (2 * Varint.MaxBytes) + encoded.Length > _limit) ForgetOlderHalf();
        _records.WriteVarint((ulong)number);
        _records.WriteBytes(encoded);
    }

    /// <summary>The records that are kept from <paramref name="first"/> on, by number.</summary>
    public Dictionary<long, byte[]> From(long first)
    {
        var found = new Dictionary<long, byte[]>();
        var rest = _records.Written;
        while (!rest.IsEmpty)
        {
            var number = (long)Varint.Read(ref rest);
            var record = Varint.ReadBytes(ref rest);
            if (number >= first) found.Add(number, record.ToArray());
        }
        return found;
    }

    /// <summary>Keeps to the largest power of two within the room there is.</summary>
    /// <param name="room">Bytes, at least <see cref="LeastBytes"/>.</param>
    public void LimitTo(long room)
    {
        var limit = room >= MaxBytes ? MaxBytes : 1 << BitOperations.Log2((uint)room);
        if (limit == _limit) return;
        _limit = limit;
        while (_records.Length > limit) ForgetOlderHalf();
        if (_records.Capacity <= limit) return;
        var kept = new ByteBuffer(limit);
        kept.WriteRaw(_records.Written);
        _records = kept;
    }

    public void Save(ByteBuffer target) => target.WriteBytes(_records.Written);

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var records = Varint.ReadBytes(ref source);
        if (records.Length > MaxBytes) throw new InvalidDataException($"{records.Length} bytes of records; at most {MaxBytes} here");
        // A power of two, so that doubling ends at a limit and not beyond.
        _records = new ByteBuffer((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(records.Length, FirstBytes)));
        _records.WriteRaw(records);
    }

    private void ForgetOlderHalf()
    {
        var rest = _records.Written;
        while (rest.Length > _limit / 2)
        {
            Varint.Read(ref rest);
            Varint.ReadBytes(ref rest);
        }
        rest.CopyTo(_records.At(0, rest.Length));
        _records.Truncate(rest.Length);
    }
}
