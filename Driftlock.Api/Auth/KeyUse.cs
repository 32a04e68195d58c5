using System.Collections.Concurrent;
using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;
using Npgsql;

namespace Driftlock.Api.Auth;

/// <summary>Notes when each API key was last used, and writes it once a minute: a write a request would cost more than it tells.</summary>
public sealed partial class KeyUse(NpgsqlDataSource dataSource, TimeProvider time, ILogger<KeyUse> logger) : PeriodicService(Interval, time)
{
    /// <summary>Keys noted between two writes; further ones wait for the next.</summary>
    private const int Most = 100_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    public void Note(Guid key)
    {
        if (_used.Count < Most || _used.ContainsKey(key)) _used[key] = Time.GetUtcNow();
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var used = _used.ToArray();
        if (used.Length == 0) return;
        try
        {
            await using var command = dataSource.CreateCommand(
                "UPDATE api_keys SET last_used_at = greatest(last_used_at, u.at) FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at) WHERE api_keys.id = u.id");
            command.Parameters.Add(new() { Value = Array.ConvertAll(used, use => use.Key) });
            command.Parameters.Add(new() { Value = Array.ConvertAll(used, use => use.Value.UtcDateTime) });
            await command.ExecuteNonQueryAsync(cancellationToken);
            foreach (var use in used) _used.TryRemove(use);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            Failed(e);
        }
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    [LoggerMessage(EventId = 442, Level = LogLevel.Warning, Message = "Writing when keys were used failed; trying again in a minute")]
    private partial void Failed(Exception exception);
}
