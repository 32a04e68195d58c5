using Npgsql;

namespace Driftlock.Storage.Identity;

/// <summary>
/// A number that rises, in the transaction that does it, with every change that takes something from a key, a session, a user or a tenant
/// (triggers of the database see to that). What was found out about a credential may be used again as long as the number is the same.
/// </summary>
public sealed class AuthorityVersion(NpgsqlDataSource dataSource)
{
    private readonly Lock _gate = new();
    private Task<long> _running = Task.FromResult(0L);
    private Task<long>? _next;

    /// <summary>
    /// As the store has it after this call began: never from a read that was under way before, or a change that was answered just then could be
    /// missed. All who call while a read runs share the one after it, so that many requests cost a few reads.
    /// </summary>
    /// <exception cref="NpgsqlException">The store cannot be asked.</exception>
    public Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        Task<long> mine;
        lock (_gate)
        {
            if (_next is not null) mine = _next;
            else if (_running.IsCompleted) mine = _running = AskAsync();
            else mine = _next = AskAfterAsync(_running);
        }
        return mine.WaitAsync(cancellationToken);
    }

    private async Task<long> AskAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate) (_running, _next) = (_next!, null);
        return await AskAsync();
    }

    private async Task<long> AskAsync()
    {
        await Task.Yield(); // Out of the lock.
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT version FROM authority_version", connection);
        await command.PrepareAsync();
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
