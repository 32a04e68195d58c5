using Driftlock.Storage;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Idempotency;

/// <summary>The idempotent write that this request is, if it is one: known to the transaction that makes the change.</summary>
public sealed class CurrentWrite
{
    private (int Tenant, string Actor, string Key)? _write;

    public void Is(int tenant, string actor, string key) => _write = (tenant, actor, key);

    /// <summary>Notes, in the transaction of the change, that it happened: should the answer be lost, a repetition does not do it again.</summary>
    public async Task MarkCommittedAsync(DriftlockContext database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_write is not var (tenant, actor, key)) return;
        await database.IdempotentWrites.Where(write => write.TenantId == tenant && write.Actor == actor && write.Key == key)
            .ExecuteUpdateAsync(set => set.SetProperty(write => write.CommittedAt, now), cancellationToken);
    }
}
