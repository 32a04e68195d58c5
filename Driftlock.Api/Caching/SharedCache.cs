using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Driftlock.Api.Limits;
using Driftlock.Storage.Secrets;
using Microsoft.Extensions.Caching.Memory;

namespace Driftlock.Api.Caching;

/// <summary>
/// What was found before, near by in this process and, for all replicas, in Redis. Every value belongs to a stamp, which the caller has just
/// read from the store: one of another stamp is not found, so a change in the store takes what it made stale out of use in the moment of
/// its commit, and no message has to arrive for that. Values in Redis are sealed, so that who writes there authorizes nobody.
/// </summary>
public sealed class SharedCache(SharedRedis redis, KeyRingSource keys, CacheMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>Values in this process; beyond, those unused for longest go.</summary>
    public const int NearEntries = 20_000;

    private readonly MemoryCache _near = new(new MemoryCacheOptions { SizeLimit = NearEntries });
    private readonly ConcurrentDictionary<string, object> _loading = new();

    public void Dispose() => _near.Dispose();

    /// <param name="area">What it is about; a label of the metric, so one of few.</param>
    /// <param name="key">Within the area.</param>
    /// <param name="stamp">Read from the store after the request came: what the value must be true for.</param>
    /// <param name="kept">How long at most.</param>
    /// <param name="load">Asks the store; once for all who wait for the same. A null is not kept.</param>
    /// <param name="cancellationToken">Ends the waiting only.</param>
    public async ValueTask<T?> GetAsync<T>(
        string area, string key, string stamp, TimeSpan kept, Func<CancellationToken, Task<T?>> load, CancellationToken cancellationToken)
        where T : class
    {
        var name = $"{area}:{key}";
        if (_near.Get(name) is Kept<T> near && near.Stamp == stamp && near.Until > time.GetUtcNow())
        {
            metrics.Found(area, CacheMetrics.Near);
            return near.Value;
        }
        var place = $"{name}@{stamp}";
        var mine = new Lazy<Task<T?>>(() => FetchAsync(area, name, place, stamp, kept, load));
        var shared = (Lazy<Task<T?>>)_loading.GetOrAdd(place, mine);
        return await shared.Value.WaitAsync(cancellationToken);
    }

    private async Task<T?> FetchAsync<T>(string area, string name, string place, string stamp, TimeSpan kept, Func<CancellationToken, Task<T?>> load)
        where T : class
    {
        try
        {
            var context = Encoding.UTF8.GetBytes(place);
            var (_, found) = await redis.TryAsync(database => database.StringGetAsync(RedisKey(name)), CancellationToken.None);
            if (await OpenAsync<T>((byte[]?)found, stamp, context) is { } known)
            {
                metrics.Found(area, CacheMetrics.Shared);
                Keep(name, stamp, known, kept);
                return known;
            }
            metrics.Found(area, CacheMetrics.Store);
            // The statement's own timeout ends it: who asked first must not take it away from the others.
            var value = await load(CancellationToken.None);
            if (value is null) return null;
            Keep(name, stamp, value, kept);
            var written = await SealAsync(value, stamp, context);
            await redis.TryAsync(
                database => database.StringSetAsync(RedisKey(name), written, kept, flags: StackExchange.Redis.CommandFlags.FireAndForget), CancellationToken.None);
            return value;
        }
        finally
        {
            _loading.TryRemove(place, out _);
        }
    }

    private void Keep<T>(string name, string stamp, T value, TimeSpan kept)
        where T : class
    {
        var until = time.GetUtcNow() + kept;
        _near.Set(name, new Kept<T>(stamp, value, until), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = kept });
    }

    /// <summary>Length of the stamp (1 byte), stamp, sealed JSON. One of another stamp is told apart without the work of opening it.</summary>
    private async ValueTask<byte[]> SealAsync<T>(T value, string stamp, byte[] context)
    {
        var ring = await keys.GetAsync(CancellationToken.None);
        var head = Encoding.UTF8.GetBytes(stamp);
        return [checked((byte)head.Length), .. head, .. ring.Seal(JsonSerializer.SerializeToUtf8Bytes(value), context)];
    }

    private async ValueTask<T?> OpenAsync<T>(byte[]? written, string stamp, byte[] context)
        where T : class
    {
        if (written is not { Length: > 0 } || written.Length < 1 + written[0]) return null;
        if (!Encoding.UTF8.GetString(written, 1, written[0]).Equals(stamp, StringComparison.Ordinal)) return null;
        var ring = await keys.GetAsync(CancellationToken.None);
        try
        {
            return JsonSerializer.Deserialize<T>(ring.Open(written.AsSpan(1 + written[0]), context));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            // Sealed by another deployment or version, or not by us at all.
            return null;
        }
    }

    private static string RedisKey(string name) => $"driftlock:cache:{name}";

    private sealed record Kept<T>(string Stamp, T Value, DateTimeOffset Until);
}
