using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;

namespace Driftlock.Api.Anomalies.Traces;

/// <summary>
/// One search: first for the window's own events, which lie in the anomaly's partition before the place where it was found; then, around
/// the receipt of each trace's events, through all partitions, near ones before far ones, since a bound may end it anywhere.
/// </summary>
/// <param name="log">To read.</param>
/// <param name="options">The bounds.</param>
/// <param name="tenant">Whose entries are read.</param>
/// <param name="position">Where the anomaly was found.</param>
/// <param name="spansPartition">Of the tenant's spans: what people want first.</param>
/// <param name="traces">To fill.</param>
internal sealed class TraceSearch(
    ReceivedEntries log, TraceSearchOptions options, int tenant, EvidencePosition position, int spansPartition, IReadOnlyDictionary<UInt128, FoundTrace> traces)
{
    private const long ChunkOffsets = 1_024;
    private const long FarthestBack = 65_536;

    /// <summary>Where clocks are right a span is received so soon after its end; tried one after the other, since a busy tenant sends much in half a minute.</summary>
    private static readonly TimeSpan[] UsualDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    /// <summary>Of <see cref="TraceSearchOptions.Around"/>, one after the other.</summary>
    private static readonly int[] Rings = [24, 4, 1];

    private readonly LogWalk _walk = new(log, tenant, traces);

    /// <param name="otherwise">The times to state where nothing is read.</param>
    public async Task<SearchedLog> RunAsync((DateTimeOffset From, DateTimeOffset To) otherwise, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var isComplete = false;
        try
        {
            await FindByTimeAsync(either.Token);
            await FindBackwardsAsync(either.Token);
            isComplete = await ReadAroundAsync(either.Token) && !IsAnyMissing && !_walk.HasUnreadable;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Out of patience: what was found so far is the answer.
        }
        var stretches = Stretches(options.Around);
        var read = isComplete && stretches.Count > 0 ? (First: stretches.Min(stretch => stretch.From), Last: stretches.Max(stretch => stretch.To)) : _walk.Received;
        return read is { } known
            ? new SearchedLog(UnixTime.ToDateTime(known.First), UnixTime.ToDateTime(known.Last), _walk.Entries, isComplete)
            : new SearchedLog(otherwise.From, otherwise.To, 0, isComplete);
    }

    private bool IsAnyMissing => traces.Values.Any(trace => trace.Missing.Count > 0);

    /// <summary>Where it was received soon after its time, however far back that is.</summary>
    private async Task FindByTimeAsync(CancellationToken cancellationToken)
    {
        foreach (var delay in UsualDelays)
        {
            var times = traces.Values.Where(trace => trace.Missing.Count > 0).Select(trace => (trace, From: trace.Missing.Min(StartOf), To: trace.Missing.Max(EndOf) + Nanoseconds(delay))).ToList();
            if (times.Count == 0) return;
            var places = (await log.FindAsync(position.Partition, [.. times.SelectMany(stretch => (long[])[stretch.From, stretch.To])], SegmentRange.All, cancellationToken))
                .ToDictionary(place => place.ReceivedUnixNano, place => place.Offset);
            foreach (var (trace, from, to) in times)
            {
                if (!places.TryGetValue(from, out var begin) || !places.TryGetValue(to, out var end)) continue;
                await FindAsync(begin, Math.Min(end, position.Offset + 1), () => trace.Missing.Count == 0, cancellationToken);
            }
        }
    }

    private async Task FindBackwardsAsync(CancellationToken cancellationToken)
    {
        var last = Math.Max(1, position.Offset + 1 - FarthestBack);
        for (var end = position.Offset + 1; end > last && IsAnyMissing; end -= ChunkOffsets)
            if (!await FindAsync(Math.Max(last, end - ChunkOffsets), end, () => !IsAnyMissing, cancellationToken)) return;
    }

    /// <summary>The half of the bounds is left for what lies around.</summary>
    private Task<bool> FindAsync(long from, long to, Func<bool> isEnough, CancellationToken cancellationToken) =>
        _walk.ReadAsync(position.Partition, from, to, SegmentRange.All, options.MaxEntries / 2, options.MaxBytes / 2, isEnough, cancellationToken);

    /// <returns>False when a bound was reached, or when a part is no longer there.</returns>
    private async Task<bool> ReadAroundAsync(CancellationToken cancellationToken)
    {
        // The day before and the day after: a stretch may begin or end across midnight.
        var found = traces.Values.Select(trace => trace.Segments).OfType<SegmentRange>().ToList();
        if (found.Count == 0) return true;
        var segments = new SegmentRange(found.Min(range => range.First) - 1, found.Max(range => range.Last) + 1);
        var isComplete = true;
        foreach (var ring in Rings)
        {
            var stretches = Stretches(options.Around / ring);
            var places = (await log.FindAsync(null, [.. stretches.SelectMany(stretch => (long[])[stretch.From, stretch.To])], segments, cancellationToken)).ToLookup(place => place.Partition);
            foreach (var partition in places.OrderByDescending(partition => partition.Key == spansPartition).ThenByDescending(partition => partition.Key == position.Partition).ThenBy(partition => partition.Key))
            {
                var byTime = partition.ToDictionary(place => place.ReceivedUnixNano);
                foreach (var (from, to) in stretches)
                {
                    isComplete &= !byTime[from].IsBeginning;
                    if (!await _walk.ReadAsync(partition.Key, byTime[from].Offset, byTime[to].Offset, segments, options.MaxEntries, options.MaxBytes, () => false, cancellationToken)) return false;
                }
            }
        }
        return isComplete;
    }

    private List<(long From, long To)> Stretches(TimeSpan around)
    {
        var margin = Nanoseconds(around);
        return [.. traces.Values.Select(trace => trace.Received).OfType<(long First, long Last)>().Select(received => (received.First - margin, received.Last + margin))];
    }

    private static long StartOf(JudgedEvent judged) => (long)Math.Min(judged.View.TimeUnixNano, long.MaxValue >> 1);

    private static long EndOf(JudgedEvent judged) => StartOf(judged) + (judged.View.NumberCount == 0 ? 0 : (long)judged.View.Number(0));

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
