using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Storage.Model;
using Npgsql;
using NpgsqlTypes;

namespace Driftlock.Storage.Audit;

/// <summary>
/// Appends to the audit log, inside the transaction that makes the change: there is no change without its entry, and no entry without its
/// change. Entries of a tenant are chained by hash, and the database refuses to alter or delete one.
/// </summary>
public static class AuditLog
{
    // Any fixed number: with the tenant it names the lock under which entries get their position.
    private const int PositionLock = 0x6472_6966;

    private const string HashVersion = "driftlock-audit-1";

    /// <param name="connection">With an open transaction.</param>
    public static async Task AppendAsync(
        NpgsqlConnection connection, int tenant, Actor actor, DateTimeOffset at, IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0) return;
        var (position, previous) = await LastAsync(connection, tenant, cancellationToken);
        foreach (var record in records)
        {
            var entry = Next(tenant, ++position, previous, actor, at, record);
            await InsertAsync(connection, entry, cancellationToken);
            previous = entry.Hash;
        }
    }

    /// <summary>SHA-256, lower-case hex, over a JSON list of driftlock-audit-1, tenant, position, time (ISO 8601, microseconds), actor, its name, action, target, before, after, previous hash: texts all.</summary>
    public static string HashOf(AuditEntry entry) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((string?[])
        [
            HashVersion, entry.TenantId.ToString(CultureInfo.InvariantCulture), entry.Position.ToString(CultureInfo.InvariantCulture),
            entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            entry.Actor, entry.ActorName, entry.Action, entry.Target, entry.Before, entry.After, entry.PreviousHash,
        ])));

    private static async Task<(long Position, string Hash)> LastAsync(NpgsqlConnection connection, int tenant, CancellationToken cancellationToken)
    {
        await using (var positionLock = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1, $2)", connection)
        {
            Parameters = { new() { Value = PositionLock }, new() { Value = tenant } },
        })
        {
            await positionLock.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var last = new NpgsqlCommand("SELECT position, hash FROM audit_log WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1", connection)
        {
            Parameters = { new() { Value = tenant } },
        };
        await using var reader = await last.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetString(1)) : (0, EvidenceLink.NoHash);
    }

    private static AuditEntry Next(int tenant, long position, string previous, Actor actor, DateTimeOffset at, AuditRecord record)
    {
        var entry = new AuditEntry
        {
            TenantId = tenant,
            Position = position,
            // As Postgres keeps it, or the hash of what is read back would be another.
            At = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond)),
            Actor = actor.Id,
            ActorName = actor.Name,
            Action = record.Action,
            Target = record.Target,
            Before = record.Before,
            After = record.After,
            PreviousHash = previous,
            Hash = "",
        };
        entry.Hash = HashOf(entry);
        return entry;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO audit_log (tenant_id, position, at, actor, actor_name, action, target, before, after, previous_hash, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, connection)
        {
            Parameters =
            {
                new() { Value = entry.TenantId }, new() { Value = entry.Position }, new() { Value = entry.At.UtcDateTime }, new() { Value = entry.Actor },
                new() { Value = entry.ActorName }, new() { Value = entry.Action }, new() { Value = entry.Target },
                new() { Value = (object?)entry.Before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
                new() { Value = (object?)entry.After ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
                new() { Value = entry.PreviousHash }, new() { Value = entry.Hash },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
