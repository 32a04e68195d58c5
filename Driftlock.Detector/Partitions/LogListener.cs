using System.Globalization;
using Driftlock.Storage.Connections;
using Driftlock.Storage.EventLog;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Detector.Partitions;

/// <summary>LISTENs for appends on a connection of its own and wakes the partitions that grew. While it is away, polling covers.</summary>
public sealed partial class LogListener(
    NpgsqlDataSource dataSource, PartitionWakes wakes, IOptions<DetectorOptions> options, TimeProvider time, ILogger<LogListener> logger)
    : BackgroundService
{
    private static readonly TimeSpan AliveCheck = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                ListeningFailed(e.Message);
                await Task.Delay(options.Value.Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await ListenAsync(connection, cancellationToken);
        }
        finally
        {
            // The one connection that is asked to remember something for longer than a transaction: it must not come back out of the pool.
            dataSource.Clear();
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        connection.Notification += (_, notification) =>
        {
            foreach (var text in notification.Payload.Split(','))
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)) wakes.Wake(partition);
            }
        };
        await using (var listen = new NpgsqlCommand($"LISTEN {LogNotification.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }
        // Whatever was appended before the LISTEN took effect was not announced to us.
        wakes.WakeAll();
        while (true)
        {
            if (await connection.WaitAsync(AliveCheck, cancellationToken)) continue;
            // A connection whose other end is gone looks like a silent one: ask.
            await using var alive = new NpgsqlCommand("SELECT 1", connection);
            await alive.ExecuteScalarAsync(cancellationToken);
        }
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Warning, Message = "Listening for appends failed, polling until it works again: {Reason}")]
    private partial void ListeningFailed(string reason);
}
