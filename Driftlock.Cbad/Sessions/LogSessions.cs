using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>The sessions of one log stream: those that are open, what complete ones look like, and the lines to show them by.</summary>
/// <param name="key">Key of the attribute that names a record's session; empty for the trace id.</param>
internal sealed class LogSessions(byte[] key)
{
    /// <summary>Upper bound on what is held beside <see cref="Records"/>.</summary>
    public const int MaxBytesWithoutRecords = 232 * 1024;

    /// <summary>Upper bound on <see cref="Bytes"/>.</summary>
    public const int MaxBytes = MaxBytesWithoutRecords + KeptRecords.MaxBytes;

    // As many ordinary sessions end an episode.
    private const int Quiet = 20;

    private readonly int[] _episode = new int[SessionScore.Parts];
    private long _lastFlagged = long.MinValue / 2;
    private long _closed;
    private long _singles;

    public byte[] Key => key;

    public OpenSessions Open { get; } = new();

    public KeptRecords Records { get; } = new();

    public TemplateExamples Examples { get; } = new();

    public SessionStream Past { get; } = new(SessionCapacity.Live);

    public long Bytes => Open.Bytes + Records.Bytes + Examples.Bytes + Past.Bytes + 128;

    /// <summary>What names the record's session; empty where it has none.</summary>
    public static ReadOnlySpan<byte> KeyOf(in EventView record, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) return record.TraceId.ContainsAnyExcept((byte)0) ? record.TraceId : default;
        var attributes = record.ReadAttributes();
        while (attributes.Next())
            if (attributes.Key.SequenceEqual(key)) return attributes.Value;
        return default;
    }

    /// <param name="session">Of <see cref="KeyOf"/>, not empty.</param>
    /// <param name="record">As judged.</param>
    /// <param name="template">Hash of its template.</param>
    /// <param name="number">0-based number of the event in the stream.</param>
    /// <param name="receivedUnixNano">When it was received.</param>
    public void Add(ReadOnlySpan<byte> session, in EventView record, ulong template, long number, long receivedUnixNano)
    {
        Open.Add(session, new SessionEvent { Template = template, TimeUnixNano = record.TimeUnixNano, Severity = record.Severity }, number, receivedUnixNano);
        Records.Add(number, record);
        Examples.Offer(template, record);
    }

    /// <summary>
    /// Counts a complete session; false for one of a single record where half of all or more are such. It says nothing that its window does not say, and
    /// where all are such this is all that sessions cost.
    /// </summary>
    public bool IsWorthJudging(ClosedSession session)
    {
        var isSingle = session.Count == 1;
        var isWorth = !isSingle || 2 * _singles < _closed;
        _closed++;
        if (isSingle) _singles++;
        return isWorth;
    }

    /// <summary>True when a session, just rejected, says nothing that those rejected shortly before it did not say.</summary>
    public bool IsOfEpisode(in SessionScore score)
    {
        if (Past.Model.Sessions - _lastFlagged > Quiet) return false;
        for (var part = 0; part < _episode.Length; part++)
            if (score[part] > _episode[part]) return false;
        return true;
    }

    /// <summary>Learns the session that was judged last, flagged or not.</summary>
    public void Learn(ClosedSession session, in SessionVerdict verdict, bool flagged)
    {
        var judged = Past.Model.Sessions;
        if (flagged)
        {
            if (judged - _lastFlagged > Quiet) Array.Clear(_episode);
            for (var part = 0; part < _episode.Length; part++) _episode[part] = Math.Max(_episode[part], verdict.Score[part]);
            _lastFlagged = judged;
        }
        Past.Learn(session.Templates, verdict);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteBytes(key);
        foreach (var part in _episode) target.WriteVarint((ulong)part);
        foreach (var number in (ReadOnlySpan<long>)[_lastFlagged, _closed, _singles]) target.WriteFixed64((ulong)number);
        Open.Save(target);
        Records.Save(target);
        Examples.Save(target);
        Past.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static LogSessions Load(scoped ref ReadOnlySpan<byte> source)
    {
        var sessions = new LogSessions(Varint.ReadBytes(ref source).ToArray());
        for (var part = 0; part < sessions._episode.Length; part++) sessions._episode[part] = (int)Varint.Read(ref source);
        sessions._lastFlagged = (long)Varint.ReadFixed64(ref source);
        sessions._closed = (long)Varint.ReadFixed64(ref source);
        sessions._singles = (long)Varint.ReadFixed64(ref source);
        sessions.Open.Load(ref source);
        sessions.Records.Load(ref source);
        sessions.Examples.Load(ref source);
        sessions.Past.Load(ref source);
        return sessions;
    }
}
