using Driftlock.Api.Auth;
using Driftlock.Api.Limits;
using Driftlock.Api.Streams;
using Driftlock.Cbad.Settings;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Backtests;

/// <summary>Section <c>Backtest</c>.</summary>
public sealed class BacktestOptions
{
    public const string Section = "Backtest";

    /// <summary>Events that one backtest judges at most.</summary>
    public long Events { get; set; } = 2_000_000;

    /// <summary>How long one may take.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How many may run at once in this process; one more is refused with "try again".</summary>
    public int AtOnce { get; set; } = 1;
}

/// <summary>
/// Judges the log of a stream's partition again, from its beginning, with the settings as they are and with others beside them. Of the
/// tenant's events only: what others sent stays out of reach. Past settings in the log give way to the two that are compared.
/// </summary>
public sealed class Backtest(IEventLog log, IOptions<BacktestOptions> options, TimeProvider time) : IDisposable
{
    private const int EntriesAtOnce = 256;
    private const int BytesAtOnce = 8 << 20;

    private readonly Turns _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <returns>Null when as many run as may.</returns>
    public async Task<BacktestResult?> RunAsync(
        Caller caller, StreamOfTenant stream, TenantSettings current, TenantSettings proposed, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(TimeSpan.Zero, cancellationToken);
        if (turn is null) return null;
        var sides = new[] { new BacktestEngine(stream.StreamId, caller.TenantId, current, from), new BacktestEngine(stream.StreamId, caller.TenantId, proposed, from) };
        var (events, isComplete, begins) = await JudgeAsync(stream.Row.PartitionId, caller.TenantId, sides, UnixTime.ToUnixNano(to), cancellationToken);
        return new BacktestResult(stream.StreamId.ToString(), stream.Row.Service, from, to, sides[0].Side, sides[1].Side, events, isComplete, begins);
    }

    private async Task<(long Events, bool IsComplete, DateTimeOffset? Begins)> JudgeAsync(
        int partition, int tenant, BacktestEngine[] sides, long to, CancellationToken cancellationToken)
    {
        var (events, offset, started) = (0L, 0L, time.GetTimestamp());
        DateTimeOffset? begins = null;
        while (true)
        {
            var entries = await log.ReadAsync(partition, offset, EntriesAtOnce, BytesAtOnce, cancellationToken);
            if (entries.Count == 0) return (events, true, begins);
            foreach (var entry in entries)
            {
                if (entry.ReceivedUnixNano >= to) return (events, true, begins);
                begins ??= UnixTime.ToDateTime(entry.ReceivedUnixNano);
                var isOwn = entry.TenantId == tenant && entry.Kind is LogEntryKind.Events or LogEntryKind.Anchor;
                if (!isOwn && entry.Kind != LogEntryKind.Tick) continue;
                if (events + entry.EventCount > options.Value.Events || time.GetElapsedTime(started) > options.Value.Patience) return (events, false, begins);
                events += entry.EventCount;
                foreach (var side in sides) side.Feed(entry);
            }
            offset = entries[^1].Offset;
        }
    }
}
