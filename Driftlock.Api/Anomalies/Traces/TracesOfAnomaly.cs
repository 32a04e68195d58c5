using System.Buffers.Binary;
using System.Globalization;
using Driftlock.Api.Ingest;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Anomalies.Traces;

/// <summary>Which traces the lines of an anomaly belong to, and what of them the event log holds. Always of one tenant.</summary>
public sealed class TracesOfAnomaly(
    AnomalyQueries anomalies, ReceivedEntries log, PartitionCount partitions, TraceSearchTurns turns, IOptions<TraceSearchOptions> options, TimeProvider time)
{
    /// <param name="limit">Of traces.</param>
    /// <exception cref="TraceSearchBusyException">No turn came in time.</exception>
    /// <exception cref="FormatException">The evidence was made by a version that this one cannot read.</exception>
    /// <exception cref="InvalidDataException">The same.</exception>
    /// <returns>Null when the tenant has no such anomaly.</returns>
    public async Task<AnomalyTraces?> FindAsync(int tenant, string id, int limit, CancellationToken cancellationToken) =>
        await anomalies.EvidenceAsync(tenant, id, cancellationToken) is { } stored
            ? await turns.RunAsync(() => SearchAsync(tenant, id, EvidenceJson.Read(stored), limit, cancellationToken), cancellationToken)
            : null;

    private async Task<AnomalyTraces> SearchAsync(int tenant, string id, Evidence evidence, int limit, CancellationToken cancellationToken)
    {
        var traces = Traces(evidence, limit);
        var window = evidence.Window;
        var otherwise = (UnixTime.ToDateTime(Number(window.FirstTimeUnixNano)), UnixTime.ToDateTime(Number(window.LastTimeUnixNano)));
        if (traces.Count == 0) return new AnomalyTraces(id, new SearchedLog(otherwise.Item1, otherwise.Item2, 0, true), []);
        var count = await partitions.GetAsync(cancellationToken);
        var spansPartition = StreamId.Partition(tenant, Signal.Traces, default, default, count);
        var search = new TraceSearch(log, options.Value, tenant, evidence.Position, spansPartition, traces.ToDictionary(trace => trace.Id, trace => trace.Trace));
        var searched = await search.RunAsync(otherwise, time, cancellationToken);
        return new AnomalyTraces(id, searched, [.. traces.Select(trace => trace.Trace.ToAnswer(trace.Id.ToString("x32", CultureInfo.InvariantCulture)))]);
    }

    /// <summary>Those of the costliest lines.</summary>
    private static List<(UInt128 Id, FoundTrace Trace)> Traces(Evidence evidence, int limit)
    {
        var explanation = evidence.Explanation;
        var lineOf = explanation.Lines.Select((line, at) => (line.Index, at)).DistinctBy(line => line.Index).ToDictionary(line => line.Index, line => line.at);
        var rankOf = explanation.Costliest.Concat(Enumerable.Range(0, explanation.Lines.Count).OrderByDescending(at => explanation.Lines[at].Bits)).Distinct()
            .Select((at, rank) => (at, rank)).ToDictionary(line => line.at, line => line.rank);
        return [.. JudgedEvents.WithTrace(evidence).GroupBy(judged => BinaryPrimitives.ReadUInt128BigEndian(judged.View.TraceId))
            .Select(trace => (Id: trace.Key, Events: trace, Lines: trace.Where(judged => lineOf.ContainsKey(judged.Index)).Select(judged => lineOf[judged.Index]).OrderBy(at => rankOf[at]).ToList()))
            .Where(trace => trace.Lines.Count > 0).OrderBy(trace => rankOf[trace.Lines[0]]).Take(limit)
            .Select(trace => (trace.Id, new FoundTrace(trace.Events, lineOf, trace.Lines)))];
    }

    private static ulong Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("the window's times are not numbers");
}
