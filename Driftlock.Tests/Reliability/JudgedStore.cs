using System.Security.Cryptography;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Detection;
using Npgsql;

namespace Driftlock.Tests.Reliability;

/// <summary>An anomaly as an auditor would compare it.</summary>
internal sealed record FoundAnomaly(string Id, StreamId Stream, double PValue, string EvidenceHash);

/// <summary>Verdicts of one stream, counted.</summary>
internal sealed record StreamTotals(long Events, long Windows, long Anomalies, long Suppressed, long Calibrating);

/// <summary>What detectors left in the database.</summary>
/// <param name="masterKey">Null where the database keeps its own.</param>
internal sealed class JudgedStore(NpgsqlDataSource dataSource, string? masterKey = null)
{
    /// <summary>Rises with every commit of a detector.</summary>
    public Task<long> CommittedAsync() => NumberAsync("SELECT sum(committed_offset)::bigint FROM partition_leases");

    /// <summary>Events that are in the log without a verdict, and entries that were not read.</summary>
    public async Task<long> MissingAsync() =>
        await NumberAsync("SELECT (SELECT sum(event_count) FROM log_entries)::bigint - (SELECT coalesce(sum(events), 0) FROM streams)::bigint")
        + await NumberAsync("SELECT sum(abs(p.head_offset - l.committed_offset))::bigint FROM log_partitions p JOIN partition_leases l ON l.partition_id = p.id");

    public Task<long> HourlyEventsAsync() => NumberAsync("SELECT coalesce(sum(events), 0)::bigint FROM stream_hours");

    public Task<long> SnapshotsAsync() => NumberAsync("SELECT count(*) FROM engine_snapshots");

    public async Task<IReadOnlyList<int>> PartitionsAsync()
    {
        var partitions = new List<int>();
        await using var command = dataSource.CreateCommand("SELECT id FROM log_partitions ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) partitions.Add(reader.GetInt32(0));
        return partitions;
    }

    /// <summary>Sorted by id. The hash is taken of the evidence itself; the stored content hash must be the one that it states.</summary>
    public async Task<IReadOnlyList<FoundAnomaly>> AnomaliesAsync()
    {
        var found = new List<FoundAnomaly>();
        using var keys = Storage.Store.Keys(dataSource, masterKey);
        var ring = await keys.GetAsync(CancellationToken.None);
        await using var command = dataSource.CreateCommand("SELECT id, stream_id, p_value, evidence, evidence_hash FROM anomalies");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var id = reader.GetString(0);
            var evidence = StoredEvidence.Open(reader.GetFieldValue<byte[]>(3), isSealed: true, ring, id);
            Assert.Equal(reader.GetString(4), EvidenceJson.Read(evidence).ContentHash);
            var hash = Convert.ToHexStringLower(SHA256.HashData(evidence));
            found.Add(new FoundAnomaly(id, new StreamId((ulong)reader.GetInt64(1)), reader.GetDouble(2), hash));
        }
        return [.. found.OrderBy(anomaly => anomaly.Id, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyDictionary<StreamId, StreamTotals>> StreamsAsync()
    {
        var streams = new Dictionary<StreamId, StreamTotals>();
        await using var command = dataSource.CreateCommand("SELECT id, events, windows, anomalies, suppressed, calibrating FROM streams");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            streams[new StreamId((ulong)reader.GetInt64(0))] = new StreamTotals(
                reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
        }
        return streams;
    }

    private async Task<long> NumberAsync(string sql)
    {
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
