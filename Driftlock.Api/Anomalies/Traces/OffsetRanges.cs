namespace Driftlock.Api.Anomalies.Traces;

/// <summary>What was read of one partition of the log, so that nothing is read twice. As many ranges as a search makes reads.</summary>
internal sealed class OffsetRanges
{
    private readonly List<(long From, long To)> _taken = [];

    /// <summary>Those parts of a range that were not taken yet, the newest first; the end is not one of it.</summary>
    public IReadOnlyList<(long From, long To)> Free(long from, long to)
    {
        var free = new List<(long From, long To)>();
        foreach (var taken in _taken.OrderByDescending(range => range.From))
        {
            if (taken.To <= from || taken.From >= to) continue;
            if (taken.To < to) free.Add((taken.To, to));
            to = taken.From;
        }
        if (from < to) free.Add((from, to));
        return free;
    }

    /// <summary>Takes a range that is free.</summary>
    public void Take(long from, long to) => _taken.Add((from, to));
}
