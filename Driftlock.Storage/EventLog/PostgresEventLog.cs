using Driftlock.Storage.Connections;
using Driftlock.Storage.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// The event log in Postgres. Requests that arrive while a transaction is being flushed share the next one, so that the
/// price of durability is paid once a batch and not once a request.
/// </summary>
public sealed partial class PostgresEventLog : BackgroundService, IEventLog
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresEventLog> _logger;
    private readonly AppendQueue _queue;
    private readonly LogReader _reader;

    public PostgresEventLog(
        NpgsqlDataSource dataSource, IOptions<EventLogOptions> options, TimeProvider time, ILogger<PostgresEventLog> logger)
    {
        _dataSource = dataSource;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _queue = new AppendQueue(_options);
        _reader = new LogReader(dataSource);
    }

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var pending = new PendingAppend(request);
        if (!_queue.TryAdd(pending)) throw new EventLogBusyException("the append queue is full", TimeSpan.FromSeconds(1));
        try
        {
            return await pending.Done.Task.WaitAsync(_options.AppendTimeout, _time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new EventLogBusyException("the event log did not confirm in time", TimeSpan.FromSeconds(5), e);
        }
    }

    public Task<IReadOnlyList<LogEntry>> ReadAsync(
        int partition, long afterOffset, int maxEntries, int maxBytes, CancellationToken cancellationToken) =>
        _reader.ReadAsync(partition, afterOffset, maxEntries, maxBytes, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            List<PendingAppend> batch;
            try
            {
                batch = await _queue.TakeBatchAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await CommitAsync(batch);
        }
    }

    /// <summary>What was taken in before the stop is still written: its senders wait for the answer.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        // Here and not at the end of ExecuteAsync, which never runs when the stop comes before its task was scheduled.
        await base.StopAsync(cancellationToken);
        for (var batch = await _queue.TakeBatchAsync(CancellationToken.None); batch.Count > 0;
            batch = await _queue.TakeBatchAsync(CancellationToken.None))
        {
            await CommitAsync(batch);
        }
    }

    private async Task CommitAsync(List<PendingAppend> batch)
    {
        using var timeout = new CancellationTokenSource(_options.AppendTimeout, _time);
        try
        {
            var outcomes = await AppendTransaction.RunAsync(
                _dataSource, batch.ConvertAll(pending => pending.Request), _time.GetUtcNow(), _options.AppendTimeout, timeout.Token);
            for (var i = 0; i < batch.Count; i++) batch[i].Done.TrySetResult(outcomes[i]);
        }
        catch (Exception e) when (e is OperationCanceledException || DatabaseFailure.Is(e))
        {
            AppendFailed(batch.Count, e);
            foreach (var pending in batch)
            {
                pending.Done.TrySetException(new EventLogBusyException("the event log is not available", TimeSpan.FromSeconds(2), e));
            }
        }
        catch (Exception e)
        {
            // A defect must fail the requests that met it and not the writer, or every later request would hang.
            AppendFailed(batch.Count, e);
            foreach (var pending in batch) pending.Done.TrySetException(new InvalidOperationException("append failed", e));
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "Appending {Requests} requests to the event log failed")]
    private partial void AppendFailed(int requests, Exception exception);
}
