using StackExchange.Redis;

namespace Driftlock.Api.Limits;

/// <summary>
/// Redis where it is there, and nothing where it is not: a caller never waits for a connection, and a failure makes Redis count as away for
/// a second. What rests on it has a way of its own to go on.
/// </summary>
public sealed partial class SharedRedis(IServiceProvider services, TimeProvider time, ILogger<SharedRedis> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any healthy answer; the multiplexer's own limit is 5 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource<IConnectionMultiplexer> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IConnectionMultiplexer? _redis;
    private long _awayUntil;

    public bool IsThere => _redis is { IsConnected: true } && time.GetUtcNow().UtcTicks >= Volatile.Read(ref _awayUntil);

    /// <summary>Waits for the first connection; from then on the multiplexer connects again by itself.</summary>
    public Task<IConnectionMultiplexer> ConnectedAsync(CancellationToken cancellationToken) => _connected.Task.WaitAsync(cancellationToken);

    /// <returns>False when Redis is away, or did not answer in time: <paramref name="ask"/> may or may not have had its effect.</returns>
    public async Task<(bool IsAnswered, T? Answer)> TryAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!IsThere) return (false, default);
        try
        {
            return (true, await ask(_redis!.GetDatabase()).WaitAsync(Patience, time, cancellationToken));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Volatile.Write(ref _awayUntil, (time.GetUtcNow() + AwayFor).UtcTicks);
            Away(e.Message);
            return (false, default);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_redis is null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Resolved here and not injected: making the connection may take long, and neither the start nor a thread of the pool, which has two, must wait for it.
                _redis = await Task.Factory.StartNew(
                    services.GetRequiredService<IConnectionMultiplexer>, stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                _connected.TrySetResult(_redis);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or InvalidOperationException)
            {
                Away(e.Message);
                await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(EventId = 440, Level = LogLevel.Warning, Message = "Redis did not answer; limits and caches are this process's own until it does: {Reason}")]
    private partial void Away(string reason);
}
