using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad;

/// <summary>A stream of a signal that has no engine: its windows are counted, and their verdict says that they were not judged.</summary>
internal sealed class UnjudgedStream(int tenant, Signal signal)
{
    public const int Bytes = 64;

    private ulong _firstTime;
    private ulong _lastTime;

    public long Events { get; private set; }

    public int Open { get; private set; }

    public long LastReceived { get; private set; }

    public int Add(ulong time, long receivedUnixNano)
    {
        if (time == 0) time = (ulong)receivedUnixNano;
        _firstTime = Open == 0 ? time : Math.Min(_firstTime, time);
        _lastTime = Open == 0 ? time : Math.Max(_lastTime, time);
        LastReceived = receivedUnixNano;
        Events++;
        return ++Open;
    }

    public Verdict Close(StreamId id, LogPosition position, int ordinal)
    {
        var verdict = new Verdict(
            VerdictKind.Calibrating, tenant, id, signal, position, ordinal, Events - Open, Open, _firstTime, _lastTime, null, null);
        Open = 0;
        return verdict;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)tenant);
        target.WriteByte((byte)signal);
        target.WriteVarint((ulong)Events);
        target.WriteVarint((ulong)Open);
        target.WriteFixed64((ulong)LastReceived);
        target.WriteFixed64(_firstTime);
        target.WriteFixed64(_lastTime);
    }

    public static UnjudgedStream Load(ReadOnlySpan<byte> source)
    {
        var stream = new UnjudgedStream((int)Varint.Read(ref source), (Signal)Varint.Take(ref source, 1)[0])
        {
            Events = (long)Varint.Read(ref source),
            Open = (int)Varint.Read(ref source),
        };
        stream.LastReceived = (long)Fixed(ref source);
        stream._firstTime = Fixed(ref source);
        stream._lastTime = Fixed(ref source);
        return stream;
    }

    private static ulong Fixed(ref ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt64LittleEndian(Varint.Take(ref source, 8));
}
