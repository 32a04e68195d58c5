using Driftlock.Api.Alerts;
using Driftlock.Api.Exports;
using Driftlock.Api.Idempotency;
using Driftlock.Storage.Connections;
using Driftlock.Storage.EventLog;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Api.Hosting;

/// <summary>Forgets what has had its time: hashes of requests, answers of idempotent writes, sessions of users, exports, alerts that were sent, figures of the service.</summary>
public sealed partial class ExpiredRows(
    NpgsqlDataSource dataSource, IOptions<EventLogOptions> options, TimeProvider time, ILogger<ExpiredRows> logger) : PeriodicService(Interval, time)
{
    private const int AtOnce = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FiguresKept = TimeSpan.FromDays(30);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        try
        {
            await DeleteAsync("DELETE FROM ingest_requests WHERE ctid = ANY(ARRAY(SELECT ctid FROM ingest_requests WHERE received_at < $1 LIMIT $2))", now - options.Value.RepeatWindow, cancellationToken);
            await DeleteAsync("DELETE FROM idempotent_writes WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotent_writes WHERE started_at < $1 LIMIT $2))", now - IdempotentWrites.Kept, cancellationToken);
            await DeleteAsync("DELETE FROM user_sessions WHERE ctid = ANY(ARRAY(SELECT ctid FROM user_sessions WHERE expires_at < $1 LIMIT $2))", now, cancellationToken);
            await DeleteAsync("DELETE FROM performance_figures WHERE ctid = ANY(ARRAY(SELECT ctid FROM performance_figures WHERE at < $1 LIMIT $2))", now - FiguresKept, cancellationToken);
            await DeleteAsync("DELETE FROM alert_deliveries WHERE ctid = ANY(ARRAY(SELECT ctid FROM alert_deliveries WHERE created_at < $1 LIMIT $2))", now - AlertLimits.Kept, cancellationToken);
            await DeleteAsync("DELETE FROM exports WHERE ctid = ANY(ARRAY(SELECT ctid FROM exports WHERE created_at < $1 LIMIT $2))", now - ExportLimits.Kept, cancellationToken);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            CleanupFailed(e);
        }
    }

    /// <summary>In portions: all that a day without this service left behind would not be deleted within one statement's time.</summary>
    private async Task DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AtOnce });
        while (await command.ExecuteNonQueryAsync(cancellationToken) == AtOnce)
        {
            // On to the next portion.
        }
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "Forgetting expired rows failed; trying again in a minute")]
    private partial void CleanupFailed(Exception exception);
}
