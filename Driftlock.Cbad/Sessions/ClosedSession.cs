namespace Driftlock.Cbad.Sessions;

/// <summary>A session that was taken out to be judged. The memory is reused from session to session.</summary>
internal sealed class ClosedSession
{
    private readonly ulong[] _templates = new ulong[OpenSessions.MaxEventsOfOne];
    private readonly SessionEvent[] _events = new SessionEvent[OpenSessions.MaxEventsOfOne];
    private readonly byte[] _key = new byte[OpenSessions.MaxKeyBytes];
    private int _keyBytes;
    private int _kept;

    /// <summary>All its events; more than <see cref="Events"/> where it was longer than what is kept.</summary>
    public int Count { get; private set; }

    public long FirstEvent { get; private set; }

    /// <summary>As its records name it, cut to <see cref="OpenSessions.MaxKeyBytes"/>.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyBytes);

    public ReadOnlySpan<ulong> Templates => _templates.AsSpan(0, _kept);

    public ReadOnlySpan<SessionEvent> Events => _events.AsSpan(0, _kept);

    public ulong FirstTime
    {
        get
        {
            var first = ulong.MaxValue;
            foreach (ref readonly var kept in Events) first = Math.Min(first, kept.TimeUnixNano);
            return first;
        }
    }

    public ulong LastTime
    {
        get
        {
            ulong last = 0;
            foreach (ref readonly var kept in Events) last = Math.Max(last, kept.TimeUnixNano);
            return last;
        }
    }

    public void Begin(in OpenSession session, ReadOnlySpan<byte> key)
    {
        Count = session.Events;
        FirstEvent = session.FirstEvent;
        key.CopyTo(_key);
        _keyBytes = key.Length;
        _kept = 0;
    }

    public void Add(in SessionEvent kept)
    {
        _templates[_kept] = kept.Template;
        _events[_kept++] = kept;
    }
}
