using Driftlock.Api.Auth;
using Driftlock.Api.Idempotency;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Api.Audit;

/// <summary>What a change gave, and what the audit log is to keep of it; no record: nothing was changed.</summary>
public readonly record struct Changed<T>(T Result, params AuditRecord[] Records);

/// <summary>Runs a change and writes its audit entries in one transaction: there is neither without the other. Every write of the API goes through here.</summary>
public sealed class AuditedChange(DriftlockContext database, CurrentWrite write, TimeProvider time)
{
    /// <param name="caller">Who makes it; the entries are of its tenant.</param>
    /// <param name="change">Runs again from the start when the store failed in a way that passes.</param>
    /// <param name="cancellationToken">Before the commit nothing is changed; after it all is.</param>
    public Task<T> RunAsync<T>(Caller caller, Func<CancellationToken, Task<Changed<T>>> change, CancellationToken cancellationToken) =>
        RunAsync(caller.TenantId, caller.Actor, change, cancellationToken);

    public Task<T> RunAsync<T>(int tenant, Actor actor, Func<CancellationToken, Task<Changed<T>>> change, CancellationToken cancellationToken) =>
        database.Database.CreateExecutionStrategy().ExecuteAsync(async cancellation =>
        {
            database.ChangeTracker.Clear();
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            var (result, records) = await change(cancellation);
            await database.SaveChangesAsync(cancellation);
            await AuditLog.AppendAsync((NpgsqlConnection)database.Database.GetDbConnection(), tenant, actor, time.GetUtcNow(), records, cancellation);
            if (records.Length > 0) await write.MarkCommittedAsync(database, time.GetUtcNow(), cancellation);
            await transaction.CommitAsync(cancellation);
            return result;
        }, cancellationToken);
}
