using Driftlock.Storage.EventLog;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Api.Hosting;

/// <summary>Forgets the hashes of requests that are older than a retry can be.</summary>
public sealed partial class RequestHashCleanup(
    NpgsqlDataSource dataSource, IOptions<EventLogOptions> options, TimeProvider time, ILogger<RequestHashCleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand("DELETE FROM ingest_requests WHERE received_at < $1");
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (time.GetUtcNow() - options.Value.RepeatWindow).UtcDateTime });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            CleanupFailed(e);
        }
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "Forgetting old request hashes failed; trying again in a minute")]
    private partial void CleanupFailed(Exception exception);
}
