using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Storage.Secrets;

/// <summary>
/// The key ring of this deployment: the configured master keys, and the one that the database keeps, where set-up made one because none
/// was configured. Asked for once; the store has to be there at that time.
/// </summary>
public sealed partial class KeyRingSource(NpgsqlDataSource dataSource, IOptions<MasterKeyOptions> options, ILogger<KeyRingSource> logger) : IDisposable
{
    private const int KeptCharacters = 48;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile KeyRing? _ring;

    public void Dispose() => _loading.Dispose();

    /// <exception cref="InvalidOperationException">There is no master key anywhere: the database was not set up by this version.</exception>
    public async ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken)
    {
        if (_ring is { } known) return known;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            return _ring ??= await LoadAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Makes the key that the database keeps, unless one is configured or kept. For set-up.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(options.Value.MasterKey)) return;
        await using var command = dataSource.CreateCommand("INSERT INTO kept_master_key (secret) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM kept_master_key)");
        command.Parameters.Add(new() { Value = RandomNumberGenerator.GetHexString(KeptCharacters, lowercase: true) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<KeyRing> LoadAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT secret FROM kept_master_key");
        var kept = (string?)await command.ExecuteScalarAsync(cancellationToken);
        var configured = options.Value.MasterKey;
        List<string> secrets = [.. options.Value.PreviousMasterKeys];
        if (!string.IsNullOrEmpty(configured))
        {
            secrets.Insert(0, configured);
            if (kept is not null) secrets.Add(kept);
        }
        else if (kept is not null)
        {
            KeptInDatabase();
            secrets.Insert(0, kept);
        }
        if (secrets.Count == 0) throw new InvalidOperationException("Driftlock:MasterKey is not set and the database keeps none: run `driftlock migrate`");
        return new KeyRing(secrets.Select(secret => new MasterKey(secret)));
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning,
        Message = "No Driftlock:MasterKey is configured: the one that the database keeps is used, which protects nothing from who can read the database")]
    private partial void KeptInDatabase();
}
