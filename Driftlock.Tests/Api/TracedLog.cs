using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Driftlock.Api.Anomalies;
using Driftlock.Api.Anomalies.Traces;
using Driftlock.Api.Ingest;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Api;

/// <summary>
/// An event log whose times of receipt are chosen, with the anomaly that the engine finds in it: a stream of log records, each of a trace of its own,
/// ten a minute, one of which is foreign. Other entries of the tenant come some seconds after each.
/// </summary>
internal sealed class TracedLog : IAsyncDisposable
{
    public const long Second = 1_000_000_000;
    public const int LogsPartition = 1;
    public const string ForeignText = "kernel panic: unable to mount root filesystem on unknown-block(0,0)";
    public const int OthersAMinute = 3;
    private const int Foreign = 980;
    private const int LinesAnEntry = 10;

    private readonly Store _store;
    private readonly string _anomaly;

    private TracedLog(Store store, string anomaly, Evidence evidence) => (_store, _anomaly, Evidence) = (store, anomaly, evidence);

    public Evidence Evidence { get; }

    /// <summary>Of the foreign line.</summary>
    public static string TraceId => Convert.ToHexStringLower(TraceIdOf(Foreign));

    /// <summary>When the entry of the foreign line was received.</summary>
    public static long Received => ReceivedOf(Foreign / LinesAnEntry);

    /// <param name="behind">How far the sender's clock is behind the receiver's.</param>
    public static async Task<TracedLog> CreateAsync(PostgresServer server, TimeSpan? behind = null)
    {
        var store = await Store.CreateAsync(server);
        var random = new Random(7);
        string[] lines = [.. Enumerable.Range(0, Foreign + 50).Select(i => i == Foreign ? ForeignText : $"cart {random.Next(10_000)} of customer {random.Next(1_000)} was paid in {random.Next(5, 60)} ms")];
        var delay = (behind ?? TimeSpan.FromSeconds(1)).Ticks * 100;
        for (var entry = 0; entry * LinesAnEntry < lines.Length; entry++)
        {
            var records = Enumerable.Range(entry * LinesAnEntry, Math.Min(LinesAnEntry, lines.Length - (entry * LinesAnEntry)));
            await AppendAsync(store, LogsPartition, ReceivedOf(entry), Records("shop", records.Select(line => (TraceIdOf(line), ReceivedOf(entry) - delay, lines[line]))));
            for (var other = 0; other < OthersAMinute; other++)
                await AppendAsync(store, LogsPartition, ReceivedOf(entry) + ((10 + other) * Second), Records("other", [([], ReceivedOf(entry), $"heartbeat {other}")]));
        }
        var verdict = await JudgeAsync(store);
        // Set-up wrote an entry into each partition, at its own time: it would be the latest.
        await store.DataSource.ExecuteAsync("""UPDATE log_entries SET received_unix_nano = 0 WHERE "offset" = 1""");
        var id = string.Create(CultureInfo.InvariantCulture, $"{verdict.Position.Partition}-{verdict.Position.Offset}-{verdict.Ordinal}");
        await using var context = store.Context();
        context.Add(new Anomaly
        {
            Id = id, TenantId = Tenant.DefaultId, StreamId = (long)verdict.Stream.Value, Signal = (short)verdict.Signal, Service = "shop", StreamName = "scope", Why = "", CostliestLine = "",
            EvidenceHash = verdict.Evidence!.ContentHash, Evidence = EventPayload.Compress(EvidenceJson.Write(verdict.Evidence)), DetectedAt = DateTimeOffset.UtcNow,
        });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return new TracedLog(store, id, verdict.Evidence);
    }

    /// <summary>Adds a span of the foreign line's trace; ids are numbers, a parent of 0 is none.</summary>
    public Task AddSpanAsync(long received, int partition, string service, ulong id, ulong parent, long startNano = 0, long durationNano = Second, int tenant = Tenant.DefaultId) =>
        AddSpansAsync(received, partition, service, [(id, parent, startNano, durationNano)], tenant);

    public async Task AddSpansAsync(long received, int partition, string service, IEnumerable<(ulong Id, ulong Parent, long Start, long Duration)> spans, int tenant = Tenant.DefaultId)
    {
        var events = new EventWriter();
        foreach (var span in spans)
        {
            events.Begin((ulong)(Received + span.Start), 0, "SPAN_KIND_SERVER"u8, default, TraceIdOf(Foreign), Id(span.Id), span.Parent == 0 ? default : Id(span.Parent));
            events.Number(span.Duration);
            events.End();
        }
        var payload = new ByteBuffer();
        EventBlock.Write(payload, Signal.Traces, Encoding.UTF8.GetBytes(service), "work"u8, default, 0, events.Written, events.EventCount);
        await AppendAsync(_store, partition, received, payload.Written.ToArray(), tenant);
    }

    /// <summary>Adds log records of the foreign line's trace.</summary>
    public Task AddLogsAsync(long received, int partition, string service, params IEnumerable<string> texts) =>
        AppendAsync(_store, partition, received, Records(service, texts.Select((text, i) => (TraceIdOf(Foreign), received + i, text))));

    public Task<AnomalyTraces?> FindAsync(Action<TraceSearchOptions>? configure = null, int limit = 1) => FindAsync(_anomaly, Tenant.DefaultId, configure, limit);

    public async Task<AnomalyTraces?> FindAsync(string anomaly, int tenant, Action<TraceSearchOptions>? configure = null, int limit = 1)
    {
        var options = new TraceSearchOptions { Patience = TimeSpan.FromMinutes(1) };
        configure?.Invoke(options);
        using var turns = new TraceSearchTurns(Options.Create(options));
        using var keys = Store.Keys(_store.DataSource);
        await using var context = _store.Context();
        var traces = new TracesOfAnomaly(
            new AnomalyQueries(context, keys), new ReceivedEntries(_store.DataSource), new PartitionCount(_store.DataSource), turns, Options.Create(options), TimeProvider.System);
        return await traces.FindAsync(tenant, anomaly, limit, TestContext.Current.CancellationToken);
    }

    public Task ExecuteAsync(string sql) => _store.DataSource.ExecuteAsync(sql);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static async Task<Verdict> JudgeAsync(Store store)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        foreach (var entry in await store.Log.ReadAsync(LogsPartition, 0, int.MaxValue, int.MaxValue, TestContext.Current.CancellationToken)) EntryFeed.Feed(engine, entry, verdicts);
        return verdicts.First(verdict => verdict.Evidence?.Explanation.Lines.Any(line => line.Text.StartsWith(ForeignText, StringComparison.Ordinal)) == true);
    }

    private static long ReceivedOf(int entry) => 1_772_600_000 * Second + (entry * 60 * Second);

    private static byte[] TraceIdOf(int line)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id.AsSpan(8), line + 1);
        return id;
    }

    private static byte[] Id(ulong number)
    {
        var id = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(id, number);
        return id;
    }

    private static byte[] Records(string service, IEnumerable<(byte[] TraceId, long Time, string Text)> records)
    {
        var events = new EventWriter();
        foreach (var (traceId, time, text) in records)
        {
            events.Begin((ulong)time, 9, default, Encoding.UTF8.GetBytes(text), traceId);
            events.Attribute("thread"u8, "main"u8);
            events.End();
        }
        var payload = new ByteBuffer();
        EventBlock.Write(payload, Signal.Logs, Encoding.UTF8.GetBytes(service), "scope"u8, default, 0, events.Written, events.EventCount);
        return payload.Written.ToArray();
    }

    private static Task<AppendOutcome> AppendAsync(Store store, int partition, long received, byte[] block, int tenant = Tenant.DefaultId) => store.Log.AppendAsync(
        new AppendRequest(tenant, [], received, [new NewEntry(partition, LogEntryKind.Events, 1, EventPayload.Compress(block))]), TestContext.Current.CancellationToken);
}
