using System.Globalization;
using Driftlock.Api.Anomalies.Traces;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Api;

/// <summary>How far the log is read for the traces of an anomaly, and what is made of what is found there.</summary>
[Collection(StoreServer.Name)]
public sealed class TraceSearchTests(PostgresServer server)
{
    private const long Second = TracedLog.Second;

    private static readonly long s_at = TracedLog.Received;

    [Fact]
    public async Task A_trace_is_gathered_from_all_partitions_within_two_minutes_of_the_line()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpanAsync(s_at, 2, "frontend", 1, 0);
        await log.AddSpanAsync(s_at + (119 * Second), 3, "shop", 2, 1, startNano: 10);
        await log.AddSpanAsync(s_at + (121 * Second), 3, "late", 3, 1, startNano: 20);
        await log.AddLogsAsync(s_at + (60 * Second), 0, "ledger", "booked");
        var found = (await log.FindAsync())!;
        Assert.True(found.Searched.Complete);
        Assert.Equal((Time(s_at - (120 * Second)), Time(s_at + (120 * Second))), (found.Searched.From, found.Searched.To));
        // Of four minutes, each with an entry of lines and others, with two of the spans and the record.
        Assert.Equal((4 * (1 + TracedLog.OthersAMinute)) + 3, found.Searched.Entries);
        var trace = Assert.Single(found.Traces);
        Assert.Equal((TracedLog.TraceId, false), (trace.TraceId, trace.Truncated));
        Assert.Equal(["0000000000000001", "0000000000000002"], trace.Spans.Select(span => span.SpanId));
        Assert.Equal(["frontend", "shop", "ledger"], trace.Services);
        Assert.Equal([TracedLog.ForeignText, "booked"], trace.Logs.Select(record => record.Text));
        Assert.Equal((trace.Lines[0], null), (trace.Logs[0].Line, trace.Logs[1].Line));
        Assert.Equal(log.Evidence.Explanation.Costliest[0], trace.Lines[0]);
        Assert.Equal((s_at.ToString(CultureInfo.InvariantCulture), Second + 10), (trace.StartUnixNano, trace.DurationNano));
    }

    [Fact]
    public async Task Each_trace_comes_once_that_of_the_costliest_line_first_and_no_more_than_asked_for()
    {
        await using var log = await TracedLog.CreateAsync(server);
        var all = (await log.FindAsync(limit: 10))!.Traces;
        Assert.Equal(10, all.Select(trace => trace.TraceId).Distinct().Count());
        Assert.Equal(log.Evidence.Explanation.Costliest, all.Take(5).Select(trace => Assert.Single(trace.Lines)));
        Assert.All(all, trace => Assert.Equal((trace.Lines[0], ""), (Assert.Single(trace.Logs).Line, string.Concat(trace.Spans))));
        Assert.Equal(all.Take(2).Select(trace => trace.TraceId), (await log.FindAsync(limit: 2))!.Traces.Select(trace => trace.TraceId));
    }

    [Fact]
    public async Task A_few_entries_suffice_where_the_senders_clock_is_right_and_near_ones_are_read_first()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpanAsync(s_at + Second, 2, "frontend", 1, 0);
        await log.AddSpanAsync(s_at + (100 * Second), 2, "frontend", 2, 0);
        var found = (await log.FindAsync(options => options.MaxEntries = 2))!;
        Assert.Equal((2, false), (found.Searched.Entries, found.Searched.Complete));
        Assert.Equal((Time(s_at), Time(s_at + Second)), (found.Searched.From, found.Searched.To));
        Assert.Equal("0000000000000001", Assert.Single(Assert.Single(found.Traces).Spans).SpanId);
    }

    [Fact]
    public async Task Where_the_senders_clock_is_wrong_the_line_is_found_from_where_it_was_judged()
    {
        await using var log = await TracedLog.CreateAsync(server, TimeSpan.FromDays(400));
        await log.AddSpanAsync(s_at, 2, "frontend", 1, 0);
        var found = (await log.FindAsync())!;
        Assert.True(found.Searched.Complete);
        Assert.Single(Assert.Single(found.Traces).Spans);
        var bounded = (await log.FindAsync(options => options.MaxBytes = 2))!;
        Assert.Equal((1, false), (bounded.Searched.Entries, bounded.Searched.Complete));
        Assert.Empty(Assert.Single(bounded.Traces).Spans);
        Assert.NotNull(Assert.Single(bounded.Traces[0].Logs).Line);
    }

    [Fact]
    public async Task What_retention_dropped_is_shown_as_the_evidence_keeps_it_and_said()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpanAsync(s_at, 2, "frontend", 1, 0);
        await log.ExecuteAsync($"DELETE FROM log_entries WHERE received_unix_nano < {s_at - (60 * Second)}");
        var begun = (await log.FindAsync())!;
        Assert.False(begun.Searched.Complete);
        Assert.Single(Assert.Single(begun.Traces).Spans);
        await log.ExecuteAsync("DELETE FROM log_entries");
        var gone = (await log.FindAsync())!;
        Assert.Equal((0, false), (gone.Searched.Entries, gone.Searched.Complete));
        var trace = Assert.Single(gone.Traces);
        Assert.Empty(trace.Spans);
        Assert.Equal((TracedLog.ForeignText, trace.Lines[0]), (Assert.Single(trace.Logs).Text, trace.Logs[0].Line));
    }

    [Fact]
    public async Task Another_tenants_spans_of_the_same_trace_never_appear_and_neither_does_the_anomaly()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpanAsync(s_at, 2, "frontend", 1, 0);
        await log.AddSpanAsync(s_at, 2, "stranger", 2, 1, tenant: 2);
        await log.AddSpanAsync(s_at, TracedLog.LogsPartition, "stranger", 3, 0, tenant: 2);
        Assert.Equal(["frontend", "shop"], Assert.Single((await log.FindAsync())!.Traces).Services);
        var position = log.Evidence.Position;
        Assert.Null(await log.FindAsync($"{position.Partition}-{position.Offset}-{position.Ordinal}", 2));
    }

    [Fact]
    public async Task Parents_come_before_their_children_and_siblings_by_start_whatever_the_spans_say()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpansAsync(s_at, 2, "shop",
        [
            (5, 4, 60, 1), (3, 1, 30, 5), (4, 1, 10, 90), (2, 3, 35, 1), (1, 0, 0, 100), (6, 1, 20, 1),
            // Nobody knows 99; 7 and 8 name each other; 9 names itself.
            (10, 99, 40, 1), (7, 8, 50, 1), (8, 7, 55, 1), (9, 9, 70, 1),
        ]);
        var spans = Assert.Single((await log.FindAsync())!.Traces).Spans;
        Assert.Equal([1, 4, 5, 6, 3, 2, 10, 9, 7, 8], spans.Select(span => int.Parse(span.SpanId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
        Assert.Equal("0000000000000063", spans[6].ParentSpanId);
        Assert.Null(spans[0].ParentSpanId);
    }

    [Fact]
    public async Task Of_a_huge_trace_the_first_are_shown_and_of_its_records_that_of_the_line_and_the_first()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpansAsync(s_at, 2, "shop", Enumerable.Range(1, 3_000).Select(i => ((ulong)i, 0UL, (long)i, 1L)));
        await log.AddLogsAsync(s_at - (50 * Second), 0, "ledger", Enumerable.Range(1, 1_200).Select(i => $"{i} " + new string('x', 499 - $"{i}".Length - 1) + "\U0001F600"));
        var trace = Assert.Single((await log.FindAsync())!.Traces);
        Assert.Equal((500, 50, true), (trace.Spans.Count, trace.Logs.Count, trace.Truncated));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => i.ToString("x16", CultureInfo.InvariantCulture)), trace.Spans.Select(span => span.SpanId));
        Assert.Equal([.. Enumerable.Range(1, 49).Select(i => $"{i}"), "kernel"], trace.Logs.Select(record => record.Text.Split(' ')[0]));
        Assert.All(trace.Logs.Take(49), record => Assert.Equal(499, record.Text.Length));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_passed_over_and_said()
    {
        await using var log = await TracedLog.CreateAsync(server);
        await log.AddSpanAsync(s_at, 2, "frontend", 1, 0);
        await log.AddSpanAsync(s_at + 1, 2, "broken", 2, 0);
        await log.ExecuteAsync($"UPDATE log_entries SET payload = '\\x05ff' WHERE partition_id = 2 AND received_unix_nano = {s_at + 1}");
        var found = (await log.FindAsync())!;
        Assert.False(found.Searched.Complete);
        Assert.Equal("frontend", Assert.Single(Assert.Single(found.Traces).Spans).Service);
    }

    [Fact]
    public async Task As_many_search_as_may_and_one_more_waits_and_is_told_so()
    {
        using var turns = Turns(TimeSpan.Zero);
        var (first, cancellation) = (new TaskCompletionSource<int>(), TestContext.Current.CancellationToken);
        var running = turns.RunAsync(() => first.Task, cancellation);
        await Assert.ThrowsAsync<TraceSearchBusyException>(() => turns.RunAsync(() => Task.FromResult(2), cancellation));
        first.SetResult(1);
        Assert.Equal((1, 2), (await running, await turns.RunAsync(() => Task.FromResult(2), cancellation)));

        using var patient = Turns(TimeSpan.FromMinutes(1));
        var second = new TaskCompletionSource<int>();
        running = patient.RunAsync(() => second.Task, cancellation);
        var waiting = patient.RunAsync(() => Task.FromResult(2), cancellation);
        Assert.False(waiting.IsCompleted);
        second.SetResult(1);
        Assert.Equal(2, await waiting);
    }

    private static TraceSearchTurns Turns(TimeSpan wait) => new(Microsoft.Extensions.Options.Options.Create(new TraceSearchOptions { AtOnce = 1, WaitForTurn = wait }));

    private static DateTimeOffset Time(long unixNano) => DateTimeOffset.UnixEpoch.AddTicks(unixNano / 100);
}
