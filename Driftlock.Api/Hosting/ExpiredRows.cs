using Driftlock.Api.Idempotency;
using Driftlock.Storage.EventLog;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Api.Hosting;

/// <summary>Forgets what has had its time: hashes of requests, answers of idempotent writes, sessions of users.</summary>
public sealed partial class ExpiredRows(
    NpgsqlDataSource dataSource, IOptions<EventLogOptions> options, TimeProvider time, ILogger<ExpiredRows> logger) : PeriodicService(Interval, time)
{
    private const int AtOnce = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        try
        {
            await DeleteAsync("DELETE FROM ingest_requests WHERE ctid = ANY(ARRAY(SELECT ctid FROM ingest_requests WHERE received_at < $1 LIMIT $2))", now - options.Value.RepeatWindow, cancellationToken);
            await DeleteAsync("DELETE FROM idempotent_writes WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotent_writes WHERE started_at < $1 LIMIT $2))", now - IdempotentWrites.Kept, cancellationToken);
            await DeleteAsync("DELETE FROM user_sessions WHERE ctid = ANY(ARRAY(SELECT ctid FROM user_sessions WHERE expires_at < $1 LIMIT $2))", now, cancellationToken);
        }
        catch (NpgsqlException e)
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
