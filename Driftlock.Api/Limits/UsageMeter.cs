using System.Collections.Concurrent;
using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;
using Npgsql;

namespace Driftlock.Api.Limits;

/// <summary>
/// Counts what each tenant sends, by day of UTC, and knows about how much of its quota is used. Counts are written every few seconds, when
/// those of other replicas come back: a quota can be passed by what is sent in that time, and a crash forgets as much.
/// </summary>
public sealed partial class UsageMeter(NpgsqlDataSource dataSource, TimeProvider time, ILogger<UsageMeter> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(int Tenant, DateOnly Day), Count> _counts = new();

    /// <summary>True while the tenant may send more today.</summary>
    public bool HasRoom(int tenant, TierLimits limits) =>
        limits.EventsPerDay == long.MaxValue || !_counts.TryGetValue((tenant, Today), out var count) || count.Known < limits.EventsPerDay;

    public void Add(int tenant, long events, long bytes)
    {
        var count = _counts.GetOrAdd((tenant, Today), _ => new Count());
        count.Add(events, bytes);
    }

    /// <summary>Writes what was counted since the last time, and learns what others counted.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, count) in _counts)
        {
            var (requests, events, bytes) = count.Take();
            try
            {
                await using var command = dataSource.CreateCommand(
                    """
                    INSERT INTO usage_days AS u (tenant_id, day, requests, events, bytes) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (tenant_id, day) DO UPDATE SET requests = u.requests + excluded.requests, events = u.events + excluded.events, bytes = u.bytes + excluded.bytes
                    RETURNING events
                    """);
                foreach (var value in (object[])[key.Tenant, key.Day, requests, events, bytes]) command.Parameters.Add(new() { Value = value });
                count.Learn((long)(await command.ExecuteScalarAsync(cancellationToken))!);
                if (requests == 0 && key.Day < Today) _counts.TryRemove(key, out _);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                count.PutBack(requests, events, bytes);
                Failed(e);
                return;
            }
        }
    }

    /// <summary>What was counted since the last time is written before the end.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    private DateOnly Today => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);

    [LoggerMessage(EventId = 441, Level = LogLevel.Warning, Message = "Writing the usage failed; trying again")]
    private partial void Failed(Exception exception);

    private sealed class Count
    {
        private readonly Lock _lock = new();
        private long _requests;
        private long _events;
        private long _bytes;
        private long _written;

        /// <summary>Events of all replicas as far as known, and those not written yet.</summary>
        public long Known
        {
            get
            {
                lock (_lock) return _written + _events;
            }
        }

        public void Add(long events, long bytes)
        {
            lock (_lock) (_requests, _events, _bytes) = (_requests + 1, _events + events, _bytes + bytes);
        }

        public (long Requests, long Events, long Bytes) Take()
        {
            lock (_lock)
            {
                var taken = (_requests, _events, _bytes);
                (_requests, _events, _bytes) = (0, 0, 0);
                // Until the answer comes they are known here.
                _written += taken._events;
                return taken;
            }
        }

        public void Learn(long written)
        {
            lock (_lock) _written = written;
        }

        public void PutBack(long requests, long events, long bytes)
        {
            lock (_lock) (_requests, _events, _bytes, _written) = (_requests + requests, _events + events, _bytes + bytes, _written - events);
        }
    }
}
