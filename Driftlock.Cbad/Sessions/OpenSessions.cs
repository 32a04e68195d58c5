using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// Gathers the events of a stream's sessions. A session is complete when no event came for <see cref="IdleNano"/>; times are those of the
/// calls. At <see cref="MaxSessions"/> sessions or <see cref="MaxEvents"/> events the one that was idle longest is complete too. Of one session
/// <see cref="MaxEventsOfOne"/> events are kept, and further ones counted.
/// </summary>
internal sealed class OpenSessions
{
    public const int MaxSessions = 256;
    public const int MaxEvents = 2048;
    public const int MaxEventsOfOne = 512;
    public const int MaxKeyBytes = 40;
    public const long IdleNano = 30_000_000_000;

    private const short None = -1;

    // A free place has key 0 and, in After, the next free one.
    private ulong[] _keys = new ulong[8];
    private OpenSession[] _sessions = new OpenSession[8];
    private byte[] _names = new byte[8 * MaxKeyBytes];
    private SessionEvent[] _events = new SessionEvent[32];
    private int _usedSessions;
    private int _usedEvents;
    private short _freeSession = None;
    private short _freeEvent = None;
    private short _oldest = None;
    private short _newest = None;

    public int Count { get; private set; }

    /// <summary>Events that are kept.</summary>
    public int Events { get; private set; }

    /// <summary>A bound is reached: take one out before the next <see cref="Add"/>.</summary>
    public bool IsFull => Count == MaxSessions || Events == MaxEvents;

    /// <summary>Memory, grown to what was open at once: at most 70 KB.</summary>
    public long Bytes => (_keys.Length * (long)(sizeof(ulong) + OpenSession.Bytes + MaxKeyBytes)) + (_events.Length * (long)SessionEvent.Bytes);

    /// <summary>Takes an event, with its place in the stream and not in the session.</summary>
    /// <param name="key">What names the session, not empty.</param>
    /// <param name="added">The event; its offset is filled in here.</param>
    /// <param name="number">0-based number of the event in the stream.</param>
    /// <param name="receivedUnixNano">When it was received.</param>
    /// <exception cref="InvalidOperationException"><see cref="IsFull"/>.</exception>
    public void Add(ReadOnlySpan<byte> key, SessionEvent added, long number, long receivedUnixNano)
    {
        if (IsFull) throw new InvalidOperationException("there is no room: take a session out first");
        var hash = RecentLines.Fingerprint(key);
        var index = (short)_keys.AsSpan(0, _usedSessions).IndexOf(hash);
        if (index < 0) index = Open(hash, key, number);
        else Unlink(index);
        LinkNewest(index);
        ref var session = ref _sessions[index];
        session.LastReceived = receivedUnixNano;
        if (session.Events++ >= MaxEventsOfOne) return;
        added.Offset = (uint)Math.Min(number - session.FirstEvent, uint.MaxValue);
        Append(ref session, added);
    }

    /// <summary>Moves the session that was idle longest into <paramref name="closed"/> when it is complete; false when none is.</summary>
    public bool TryTake(long nowUnixNano, ClosedSession closed)
    {
        if (_oldest == None || (!IsFull && nowUnixNano - _sessions[_oldest].LastReceived < IdleNano)) return false;
        var index = _oldest;
        ref var session = ref _sessions[index];
        closed.Begin(session, KeyOf(index));
        for (var at = session.Head; at != None;)
        {
            ref var kept = ref _events[at];
            closed.Add(kept);
            var next = kept.Next;
            kept.Next = _freeEvent;
            _freeEvent = at;
            at = next;
            Events--;
        }
        Unlink(index);
        _keys[index] = 0;
        session.After = _freeSession;
        _freeSession = index;
        Count--;
        return true;
    }

    /// <summary>The one that was idle longest first.</summary>
    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Count);
        for (var index = _oldest; index != None; index = _sessions[index].After)
        {
            ref var session = ref _sessions[index];
            target.WriteFixed64(_keys[index]);
            target.WriteBytes(KeyOf(index));
            target.WriteVarint((ulong)session.FirstEvent);
            target.WriteFixed64((ulong)session.LastReceived);
            target.WriteVarint((ulong)session.Events);
            target.WriteVarint((ulong)Math.Min(session.Events, MaxEventsOfOne));
            for (var at = session.Head; at != None; at = _events[at].Next)
            {
                target.WriteFixed64(_events[at].Template);
                target.WriteFixed64(_events[at].TimeUnixNano);
                target.WriteVarint(_events[at].Offset);
                target.WriteByte(_events[at].Severity);
            }
        }
    }

    /// <summary>Into one that holds nothing.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            if (IsFull) throw new InvalidDataException($"more than {MaxSessions} sessions or {MaxEvents} events");
            var hash = Varint.ReadFixed64(ref source);
            var key = Varint.ReadBytes(ref source);
            if (hash == 0 || key.Length > MaxKeyBytes) throw new InvalidDataException("the key of a session is cut and never 0");
            var index = Open(hash, key, (long)Varint.Read(ref source));
            LinkNewest(index);
            _sessions[index].LastReceived = (long)Varint.ReadFixed64(ref source);
            _sessions[index].Events = (int)Varint.Read(ref source);
            for (var kept = Varint.Read(ref source); kept > 0; kept--)
            {
                if (Events == MaxEvents) throw new InvalidDataException($"more than {MaxEvents} events");
                var loaded = new SessionEvent { Template = Varint.ReadFixed64(ref source), TimeUnixNano = Varint.ReadFixed64(ref source) };
                loaded.Offset = (uint)Varint.Read(ref source);
                loaded.Severity = Varint.Take(ref source, 1)[0];
                Append(ref _sessions[index], loaded);
            }
        }
    }

    private ReadOnlySpan<byte> KeyOf(int index) => _names.AsSpan(index * MaxKeyBytes, _sessions[index].KeyBytes);

    private short Open(ulong hash, ReadOnlySpan<byte> key, long number)
    {
        var index = _freeSession;
        if (index != None) _freeSession = _sessions[index].After;
        else
        {
            if (_usedSessions == _keys.Length)
            {
                Array.Resize(ref _keys, _usedSessions * 2);
                Array.Resize(ref _sessions, _usedSessions * 2);
                Array.Resize(ref _names, _usedSessions * 2 * MaxKeyBytes);
            }
            index = (short)_usedSessions++;
        }
        key = WindowBuffer.Cut(key, MaxKeyBytes);
        key.CopyTo(_names.AsSpan(index * MaxKeyBytes));
        _keys[index] = hash;
        _sessions[index] = new OpenSession { FirstEvent = number, KeyBytes = key.Length, Head = None, Tail = None };
        Count++;
        return index;
    }

    private void Append(ref OpenSession session, SessionEvent added)
    {
        var at = _freeEvent;
        if (at != None) _freeEvent = _events[at].Next;
        else
        {
            if (_usedEvents == _events.Length) Array.Resize(ref _events, _usedEvents * 2);
            at = (short)_usedEvents++;
        }
        added.Next = None;
        _events[at] = added;
        if (session.Tail == None) session.Head = at;
        else _events[session.Tail].Next = at;
        session.Tail = at;
        Events++;
    }

    private void LinkNewest(short index)
    {
        (_sessions[index].Before, _sessions[index].After) = (_newest, None);
        if (_newest == None) _oldest = index;
        else _sessions[_newest].After = index;
        _newest = index;
    }

    private void Unlink(short index)
    {
        var (before, after) = (_sessions[index].Before, _sessions[index].After);
        if (before == None) _oldest = after;
        else _sessions[before].After = after;
        if (after == None) _newest = before;
        else _sessions[after].Before = before;
    }
}
