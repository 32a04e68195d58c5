using Driftlock.Cbad;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Signing;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>
/// Commits verdicts, counts, anomalies, the partition's offset and, when due, a snapshot in one transaction: an entry is judged
/// exactly once, whatever crashes (DESIGN: the way of an event, step 6).
/// </summary>
public sealed class VerdictStore(NpgsqlDataSource dataSource, KeyRingSource keys, TimeProvider time)
{
    // Any fixed number: it names the lock under which anomalies get their sequence.
    private const long SequenceLock = 0x6472_6966_7401;

    /// <returns>The sequences of the anomalies that were stored, in order.</returns>
    /// <exception cref="LeaseLostException">The lease's epoch or offset is no longer the stored one.</exception>
    public async Task<IReadOnlyList<long>> CommitAsync(JudgedBatch batch, CancellationToken cancellationToken)
    {
        var states = batch.Snapshot is null ? [] : SnapshotStore.RowsOf(batch.Snapshot);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var anomalies = batch.Verdicts.Where(window => window.Verdict.Kind == VerdictKind.Anomaly).ToList();
        await MoveOffsetAsync(connection, batch, mustLast: anomalies.Count > 0, cancellationToken);
        await StreamCounts.AddAsync(connection, batch, cancellationToken);
        if (batch.Snapshot is { } snapshot)
        {
            await SnapshotStore.WriteAsync(connection, batch.Lease.Partition, batch.UpTo, snapshot.Engine, states, cancellationToken);
        }
        await AnchorHistory.AddAsync(connection, batch.Anchors, time.GetUtcNow(), cancellationToken);
        var sequences = await AddAnomaliesAsync(connection, anomalies, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return sequences;
    }

    /// <param name="mustLast">
    /// Anomalies are told to others, so their commit waits for the disk. What else a crash of the server takes back, offset and counts
    /// together, is judged again from the log with the same result.
    /// </param>
    private static async Task MoveOffsetAsync(NpgsqlConnection connection, JudgedBatch batch, bool mustLast, CancellationToken cancellationToken)
    {
        await using var commands = new NpgsqlBatch(connection);
        if (!mustLast) commands.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('synchronous_commit', 'off', true)"));
        commands.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            UPDATE partition_leases SET committed_offset = $4
            WHERE partition_id = $1 AND epoch = $2 AND committed_offset = $3 AND owner IS NOT NULL
            """)
        {
            Parameters =
            {
                new() { Value = batch.Lease.Partition },
                new() { Value = batch.Lease.Epoch },
                new() { Value = batch.Lease.CommittedOffset },
                new() { Value = batch.UpTo },
            },
        });
        await commands.PrepareAsync(cancellationToken);
        if (await commands.ExecuteNonQueryAsync(cancellationToken) != 1) throw new LeaseLostException(batch.Lease.Partition);
    }

    private async Task<IReadOnlyList<long>> AddAnomaliesAsync(
        NpgsqlConnection connection, List<JudgedWindow> anomalies, CancellationToken cancellationToken)
    {
        var sequences = new List<long>();
        if (anomalies.Count == 0) return sequences;

        // Without the lock a higher number could become visible before a lower one, and a live reader would skip the lower.
        await using (var sequenceLock = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection)
        {
            Parameters = { new() { Value = SequenceLock } },
        })
        {
            await sequenceLock.ExecuteNonQueryAsync(cancellationToken);
        }
        var ring = await keys.GetAsync(cancellationToken);
        using var chain = await EvidenceChain.OpenAsync(connection, ring, cancellationToken);
        foreach (var window in anomalies)
        {
            var verdict = window.Verdict;
            await chain.AppendAsync(verdict.Tenant, AnomalyInsert.IdOf(verdict), verdict.Evidence!.ContentHash, cancellationToken);
            var incident = await IncidentGrouping.JoinAsync(connection, verdict, AnomalyInsert.IdOf(verdict), cancellationToken);
            await AlertOutbox.AddAsync(connection, verdict, AnomalyInsert.IdOf(verdict), incident, time.GetUtcNow(), cancellationToken);
            await using var insert = AnomalyInsert.For(verdict, ring, incident, time.GetUtcNow());
            insert.Connection = connection;
            sequences.Add((long)(await insert.ExecuteScalarAsync(cancellationToken))!);
        }
        return sequences;
    }
}
