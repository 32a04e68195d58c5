using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace Driftlock.Api.Limits;

/// <summary>All buckets of this process, and the way to the shared ones in Redis.</summary>
public sealed class TokenBuckets(SharedRedis redis, TimeProvider time)
{
    /// <summary>Buckets remembered; beyond it those unused for longest go, and begin anew where they are asked for again.</summary>
    public const int Most = 50_000;

    private const string Prefix = "driftlock:bucket:";

    /// <summary>Fills by the time of Redis, gives as much of what is wanted as there is, and answers: granted, remaining.</summary>
    private const string Script =
        """
        local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local t = redis.call('TIME')
        local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
        local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
        local tokens = tonumber(state[1]) or burst
        local at = tonumber(state[2]) or now
        tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
        local granted = math.min(wanted, math.floor(tokens))
        tokens = tokens - granted
        redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
        redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
        return { granted, math.floor(tokens) }
        """;

    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one token.</summary>
    public async ValueTask<BucketAnswer> TakeAsync(BucketLimit limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_buckets.Count > Most) Forget();
        var bucket = _buckets.GetOrAdd(limit.Key, (_, state) => new TokenBucket(state.limit, state.now), (limit, now));
        if (bucket.TryTake(now) is { } taken) return taken;
        var (isAnswered, answer) = await redis.TryAsync(database => database.ScriptEvaluateAsync(
            Script, [Prefix + limit.Key],
            [limit.PerSecond.ToString(CultureInfo.InvariantCulture), limit.Burst, bucket.Lot]), cancellationToken);
        if (!isAnswered) return bucket.Fill(now);
        var values = (RedisValue[])answer!;
        return bucket.Receive((int)values[0], (long)values[1]);
    }

    private void Forget()
    {
        foreach (var (key, _) in _buckets.OrderBy(bucket => bucket.Value.LastUsed).Take(Most / 2)) _buckets.TryRemove(key, out _);
    }
}
