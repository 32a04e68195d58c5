using System.Security.Cryptography;
using System.Text;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Idempotency;

public enum WriteBeginning
{
    /// <summary>Not seen before: to be carried out.</summary>
    New,

    /// <summary>Carried out before; the answer is known.</summary>
    Answered,

    /// <summary>The key was used for another request.</summary>
    Reused,

    /// <summary>The same request is being carried out.</summary>
    Running,

    /// <summary>It was carried out, but its answer was lost with the process.</summary>
    AnswerLost,
}

public sealed record WriteAnswer(int StatusCode, string? ContentType, string? Location, byte[] Body);

/// <summary>Remembers writes and their answers (draft-ietf-httpapi-idempotency-key-header-07). Keys are of one caller: they hide nothing from others.</summary>
public sealed class IdempotentWrites(DriftlockContext database, KeyRingSource keys, TimeProvider time)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>A request that has no answer after this has died with its process.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    public async Task<(WriteBeginning Beginning, WriteAnswer? Answer)> BeginAsync(Caller caller, string key, byte[] requestHash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var inserted = await database.Database.ExecuteSqlAsync(
            $"INSERT INTO idempotent_writes (tenant_id, actor, key, request_hash, started_at) VALUES ({caller.TenantId}, {caller.Id}, {key}, {requestHash}, {now}) ON CONFLICT DO NOTHING",
            cancellationToken);
        if (inserted == 1) return (WriteBeginning.New, null);
        var known = await Of(caller, key).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        // Its first run failed in between and took it away: this is another attempt then.
        if (known is null) return (WriteBeginning.Running, null);
        if (!known.RequestHash.AsSpan().SequenceEqual(requestHash)) return (WriteBeginning.Reused, null);
        if (known.StatusCode is { } status) return (WriteBeginning.Answered, new WriteAnswer(status, known.ContentType, known.Location, await OpenAsync(known, cancellationToken)));
        if (known.CommittedAt is not null && known.StartedAt < now - LongestRun) return (WriteBeginning.AnswerLost, null);
        if (known.StartedAt >= now - LongestRun) return (WriteBeginning.Running, null);
        var taken = await Of(caller, key).Where(write => write.StartedAt == known.StartedAt && write.CommittedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(write => write.StartedAt, now), cancellationToken);
        return (taken == 1 ? WriteBeginning.New : WriteBeginning.Running, null);
    }

    public async Task AnswerAsync(Caller caller, string key, WriteAnswer answer, CancellationToken cancellationToken)
    {
        var body = (await keys.GetAsync(cancellationToken)).Seal(answer.Body, Context(caller.TenantId, caller.Id, key));
        await Of(caller, key).ExecuteUpdateAsync(
            set => set.SetProperty(write => write.StatusCode, answer.StatusCode).SetProperty(write => write.ContentType, answer.ContentType)
                .SetProperty(write => write.Location, answer.Location).SetProperty(write => write.Body, body),
            cancellationToken);
    }

    /// <summary>It failed without an effect: the same key may try again.</summary>
    public Task ForgetAsync(Caller caller, string key, CancellationToken cancellationToken) =>
        Of(caller, key).Where(write => write.CommittedAt == null).ExecuteDeleteAsync(cancellationToken);

    private IQueryable<IdempotentWrite> Of(Caller caller, string key) =>
        database.IdempotentWrites.Where(write => write.TenantId == caller.TenantId && write.Actor == caller.Id && write.Key == key);

    private async Task<byte[]> OpenAsync(IdempotentWrite write, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        return write.Body is null ? [] : ring.Open(write.Body, Context(write.TenantId, write.Actor, write.Key));
    }

    private static byte[] Context(int tenant, string actor, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"idempotent write\n{tenant}\n{actor}\n{key}"));
}
