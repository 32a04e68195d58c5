using Driftlock.Storage;
using StackExchange.Redis;

namespace Driftlock.Detector;

/// <summary>Tells the Api through Redis that anomalies were committed. Best effort: whoever hears nothing asks the store.</summary>
public sealed partial class AnomalyNews(IServiceProvider services, ILogger<AnomalyNews> logger)
{
    private int _failing;

    /// <summary>Returns at once; never throws.</summary>
    public void Tell() => _ = Task.Run(TellAsync);

    private async Task TellAsync()
    {
        try
        {
            var redis = services.GetRequiredService<IConnectionMultiplexer>();
            await redis.GetSubscriber().PublishAsync(LiveChannel.Name, "");
            Interlocked.Exchange(ref _failing, 0);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or InvalidOperationException)
        {
            if (Interlocked.Exchange(ref _failing, 1) == 0) NotTold(e.Message);
        }
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "Redis is not available, live updates will poll: {Reason}")]
    private partial void NotTold(string reason);
}
