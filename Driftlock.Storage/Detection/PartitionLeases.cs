using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>A partition that this replica may judge, under an epoch that nobody else has.</summary>
public sealed record Lease(int Partition, long Epoch, long CommittedOffset);

/// <summary>
/// Shares the partitions among the detectors that are alive. Times are the database's, so that replicas need not agree on
/// a clock. A lease that is not renewed passes on; the epoch keeps a late owner from committing. The database's clock may jump: a time that
/// lies further ahead than any of ours can is of a clock that went back since, and holds nothing.
/// </summary>
/// <param name="dataSource">Of the database.</param>
/// <param name="owner">This replica's name, which no other has.</param>
/// <param name="duration">At most <see cref="Longest"/>.</param>
public sealed class PartitionLeases(NpgsqlDataSource dataSource, string owner, TimeSpan duration)
{
    /// <summary>So long at most a partition stays with a replica that is gone, whatever the clock does.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public string Owner => owner;

    /// <summary>One round: heartbeat, renewal of what is held, release of what is beyond the fair share, claims up to it.</summary>
    /// <param name="held">Partition and epoch of every lease that this replica believes it holds.</param>
    /// <returns>Everything that is held now. What is missing from it was lost or released.</returns>
    public async Task<IReadOnlyList<Lease>> RenewAsync(IReadOnlyCollection<Lease> held, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var share = await HeartbeatAsync(connection, cancellationToken);
        var kept = held.OrderBy(lease => lease.Partition).Take(share).ToList();
        var surplus = held.Except(kept).ToList();
        await ReleaseAsync(connection, surplus, cancellationToken);
        var leases = await ExtendAsync(connection, kept, cancellationToken);
        if (leases.Count < share) leases.AddRange(await ClaimAsync(connection, share - leases.Count, surplus, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return leases;
    }

    /// <summary>Gives everything back at once, so that others need not wait for the leases to end.</summary>
    public async Task LeaveAsync(IReadOnlyCollection<Lease> held, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ReleaseAsync(connection, held, cancellationToken);
        await using var command = new NpgsqlCommand("DELETE FROM detector_replicas WHERE id = $1", connection)
        {
            Parameters = { new() { Value = owner } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives single leases back, to be claimed anew by anyone.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<Lease> leases, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ReleaseAsync(connection, leases, cancellationToken);
    }

    /// <summary>Returns the fair share: partitions over live replicas, rounded up.</summary>
    private async Task<int> HeartbeatAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH gone AS (DELETE FROM detector_replicas WHERE heartbeat_at NOT BETWEEN now() - 3 * $2 AND now() + 3 * $2 AND id <> $1),
                 me AS (INSERT INTO detector_replicas (id, heartbeat_at) VALUES ($1, now())
                        ON CONFLICT (id) DO UPDATE SET heartbeat_at = now())
            SELECT (SELECT count(*) FROM partition_leases)::int,
                   1 + (SELECT count(*) FROM detector_replicas WHERE id <> $1 AND heartbeat_at BETWEEN now() - $2 AND now() + $2)::int
            """, connection)
        {
            Parameters = { new() { Value = owner }, new() { Value = duration } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (partitions, replicas) = (reader.GetInt32(0), reader.GetInt32(1));
        return (partitions + replicas - 1) / replicas;
    }

    private async Task<List<Lease>> ExtendAsync(
        NpgsqlConnection connection, List<Lease> held, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE partition_leases SET until = now() + $4
            FROM unnest($1::int[], $2::bigint[]) AS h(p, e)
            WHERE partition_id = h.p AND epoch = h.e AND owner = $3
            RETURNING partition_id, epoch, committed_offset
            """, connection)
        {
            Parameters =
            {
                new() { Value = held.Select(lease => lease.Partition).ToArray() },
                new() { Value = held.Select(lease => lease.Epoch).ToArray() },
                new() { Value = owner },
                new() { Value = duration },
            },
        };
        return await ReadAsync(command, cancellationToken);
    }

    private async Task<List<Lease>> ClaimAsync(
        NpgsqlConnection connection, int wanted, List<Lease> released, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH free AS (
                SELECT partition_id FROM partition_leases
                WHERE (owner IS NULL OR until NOT BETWEEN now() AND now() + $5) AND partition_id <> ALL($4)
                ORDER BY partition_id LIMIT $1 FOR UPDATE SKIP LOCKED)
            UPDATE partition_leases l SET owner = $2, epoch = epoch + 1, until = now() + $3
            FROM free WHERE l.partition_id = free.partition_id
            RETURNING l.partition_id, l.epoch, l.committed_offset
            """, connection)
        {
            Parameters =
            {
                new() { Value = wanted },
                new() { Value = owner },
                new() { Value = duration },
                new() { Value = released.Select(lease => lease.Partition).ToArray() },
                new() { Value = Longest },
            },
        };
        return await ReadAsync(command, cancellationToken);
    }

    private async Task ReleaseAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Lease> leases, CancellationToken cancellationToken)
    {
        if (leases.Count == 0) return;
        await using var command = new NpgsqlCommand(
            """
            UPDATE partition_leases SET owner = NULL, until = NULL
            FROM unnest($1::int[], $2::bigint[]) AS h(p, e)
            WHERE partition_id = h.p AND epoch = h.e AND owner = $3
            """, connection)
        {
            Parameters =
            {
                new() { Value = leases.Select(lease => lease.Partition).ToArray() },
                new() { Value = leases.Select(lease => lease.Epoch).ToArray() },
                new() { Value = owner },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<Lease>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var leases = new List<Lease>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            leases.Add(new Lease(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        }
        return leases;
    }
}
