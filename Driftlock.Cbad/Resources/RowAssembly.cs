using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Resources;

/// <summary>
/// Puts the points that a service's metrics brought at one time together to rows. A request may hold many times, and one time may come in several
/// requests, so a row is complete when its sender's next request holds a later time, or when nothing came for a while.
/// </summary>
internal sealed class RowAssembly
{
    /// <summary>Rows that wait. At the bound no further row begins: what is later in such a request is not judged jointly.</summary>
    public const int MostRows = 128;

    /// <summary>Points of one row lie no further apart, nanoseconds.</summary>
    public const ulong Together = 500_000_000;

    // By time, oldest first.
    private readonly List<Row> _rows = [];
    private readonly Stack<Row> _free = [];

    public bool IsEmpty => _rows.Count == 0;

    public long Bytes => (_rows.Count + _free.Count) * (long)Row.Bytes;

    /// <summary>Notes a value.</summary>
    /// <param name="sender">Whatever tells the resources apart.</param>
    /// <param name="entry">Offset of the log entry that brought it.</param>
    /// <param name="received">When that was received, nanoseconds since 1970.</param>
    /// <param name="time">Of the point.</param>
    /// <param name="member">0-based number of the metric.</param>
    /// <param name="value">Of the metric.</param>
    public void Add(ulong sender, long entry, long received, ulong time, int member, double value)
    {
        var at = _rows.Count;
        for (; at > 0 && _rows[at - 1].Time + Together >= time; at--)
        {
            var row = _rows[at - 1];
            if (row.Sender != sender || row.Time > time + Together) continue;
            row.Values[member] = Kept(value);
            row.Received = received;
            return;
        }
        if (_rows.Count == MostRows) return;
        while (at < _rows.Count && _rows[at].Time <= time) at++;
        if (!_free.TryPop(out var begun)) begun = new Row();
        (begun.Sender, begun.Entry, begun.Received, begun.Time) = (sender, entry, received, time);
        Array.Fill(begun.Values, float.NaN);
        begun.Values[member] = Kept(value);
        _rows.Insert(at, begun);
    }

    /// <summary>The oldest row that is complete because its sender now sends something later; null where there is none. To be given back by <see cref="Return"/>.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="entry">The log entry with it.</param>
    /// <param name="time">Of its first point.</param>
    public Row? TakeBefore(ulong sender, long entry, ulong time)
    {
        for (var at = 0; at < _rows.Count && _rows[at].Time + Together < time; at++)
            if (_rows[at].Sender == sender && _rows[at].Entry != entry) return Take(at);
        return null;
    }

    /// <summary>The oldest row to which nothing came since; null where there is none. To be given back by <see cref="Return"/>.</summary>
    public Row? TakeIdle(long sinceUnixNano)
    {
        for (var at = 0; at < _rows.Count; at++)
            if (_rows[at].Received < sinceUnixNano) return Take(at);
        return null;
    }

    public void Return(Row row) => _free.Push(row);

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_rows.Count);
        foreach (var row in _rows) row.Save(target);
    }

    /// <summary>Into a new one.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var rows = Varint.Read(ref source);
        if (rows > MostRows) throw new InvalidDataException($"{rows} rows of metrics wait; at most {MostRows}");
        for (; rows > 0; rows--) _rows.Add(Row.Load(ref source));
    }

    /// <summary>What is not finite is no value.</summary>
    private static float Kept(double value) => double.IsFinite(value) ? (float)Math.Clamp(value, float.MinValue, float.MaxValue) : float.NaN;

    private Row Take(int at)
    {
        var row = _rows[at];
        _rows.RemoveAt(at);
        return row;
    }
}
