using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The newest records of sessions as they were judged, to show them: at most <see cref="MaxBytes"/>, then the older half is forgotten. A record
/// longer than <see cref="MaxRecordBytes"/> is kept without its attributes, which no session is judged by.
/// </summary>
internal sealed class KeptRecords
{
    public const int MaxBytes = 128 * 1024;
    public const int MaxRecordBytes = 1024;

    private const int FirstBytes = 1024;

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
        if (_records.Length + (2 * Varint.MaxBytes) + encoded.Length > MaxBytes) ForgetOlderHalf();
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

    /// <summary>Gives the memory back.</summary>
    public void Forget() => _records = new ByteBuffer(FirstBytes);

    public void Save(ByteBuffer target) => target.WriteBytes(_records.Written);

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var records = Varint.ReadBytes(ref source);
        if (records.Length > MaxBytes) throw new InvalidDataException($"{records.Length} bytes of records; at most {MaxBytes} here");
        _records.Clear();
        _records.WriteRaw(records);
    }

    private void ForgetOlderHalf()
    {
        var rest = _records.Written;
        while (rest.Length > MaxBytes / 2)
        {
            Varint.Read(ref rest);
            Varint.ReadBytes(ref rest);
        }
        rest.CopyTo(_records.At(0, rest.Length));
        _records.Truncate(rest.Length);
    }
}
