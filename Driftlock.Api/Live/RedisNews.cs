using Driftlock.Api.Limits;
using StackExchange.Redis;

namespace Driftlock.Api.Live;

/// <summary>Passes the detectors' word that there are new anomalies on to <see cref="AnomalySignal"/>. Redis may come and go.</summary>
public sealed partial class RedisNews(SharedRedis shared, AnomalySignal signal, TimeProvider time, ILogger<RedisNews> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var redis = await shared.ConnectedAsync(stoppingToken);
                await redis.GetSubscriber().SubscribeAsync(Storage.LiveChannel.Name, (_, _) => signal.Raise());
                Subscribed();
                return; // The multiplexer subscribes again by itself after a reconnect.
            }
            catch (Exception e) when (e is RedisException or TimeoutException or InvalidOperationException)
            {
                NotSubscribed(RetryAfter.TotalSeconds, e.Message);
                await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Information, Message = "Live updates are pushed through Redis")]
    private partial void Subscribed();

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning,
        Message = "Redis is not available, live updates poll the store; trying again in {Seconds} s: {Reason}")]
    private partial void NotSubscribed(double seconds, string reason);
}
