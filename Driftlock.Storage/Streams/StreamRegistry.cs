using System.Collections.Concurrent;
using System.Text;
using Driftlock.Cbad.Events;
using Npgsql;

namespace Driftlock.Storage.Streams;

/// <param name="Id">Derived from the other fields and the tenant.</param>
public sealed record StreamDescription(StreamId Id, Signal Signal, string Service, string Name)
{
    /// <summary>The partition of the event log that holds the stream.</summary>
    public int Partition(int tenant, int partitions) => StreamId.Partition(tenant, Signal, Encoding.UTF8.GetBytes(Service), Id, partitions);
}

/// <summary>
/// Knows which streams exist, and refuses new ones beyond a tenant's cap: what is refused is told to the sender, never lost silently.
/// </summary>
public sealed class StreamRegistry(NpgsqlDataSource dataSource, int streamsPerTenant, TimeProvider time)
{
    /// <summary>Known ids are remembered up to this many; beyond it the memory starts anew (a look-up more, nothing lost).</summary>
    public const int RememberedStreams = 1_000_000;

    public const int DefaultStreamsPerTenant = 100_000;

    private readonly ConcurrentDictionary<StreamId, bool> _known = new();

    /// <summary>Streams that a tenant may have whose own limit is <paramref name="allowed"/>.</summary>
    public int Cap(int allowed) => Math.Min(streamsPerTenant, allowed);

    /// <summary>True when every event of this stream may be appended without asking the database.</summary>
    public bool IsKnown(StreamId id) => _known.ContainsKey(id);

    /// <summary>Registers what is new, up to the cap, in the order given. Returns the ids that were refused.</summary>
    public async Task<IReadOnlySet<StreamId>> RegisterAsync(
        int tenant, IReadOnlyList<StreamDescription> streams, int partitions, int allowed, CancellationToken cancellationToken)
    {
        if (_known.Count > RememberedStreams) _known.Clear();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One registration a tenant at a time, or two could pass the cap together.
        await using var command = new NpgsqlCommand(
            """
            SELECT id FROM tenants WHERE id = $1 FOR UPDATE;
            """, connection)
        {
            Parameters = { new() { Value = tenant } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);

        await using var insert = new NpgsqlCommand(
            """
            WITH given AS (
              SELECT * FROM unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::int[]) WITH ORDINALITY
                AS g(id, signal, service, name, partition, position)
              WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.id = g.id)),
            room AS (SELECT $7 - count(*) AS free FROM streams WHERE tenant_id = $1)
            INSERT INTO streams (id, tenant_id, signal, service, name, partition_id, first_seen_at,
              events, windows, anomalies, suppressed, calibrating, events_needed)
            SELECT id, $1, signal, service, name, partition, $8, 0, 0, 0, 0, 0, 0 FROM given
            WHERE (SELECT count(*) FROM given g WHERE g.position < given.position) < (SELECT free FROM room)
            """, connection)
        {
            Parameters =
            {
                new() { Value = tenant },
                new() { Value = streams.Select(stream => (long)stream.Id.Value).ToArray() },
                new() { Value = streams.Select(stream => (short)stream.Signal).ToArray() },
                new() { Value = streams.Select(stream => stream.Service.Replace('\0', '\uFFFD')).ToArray() },
                new() { Value = streams.Select(stream => stream.Name.Replace('\0', '\uFFFD')).ToArray() },
                new() { Value = streams.Select(stream => stream.Partition(tenant, partitions)).ToArray() },
                new() { Value = (long)Cap(allowed) },
                new() { Value = time.GetUtcNow().UtcDateTime },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        var present = await PresentAsync(connection, tenant, streams, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var id in present) _known.TryAdd(id, true);
        return streams.Select(stream => stream.Id).Where(id => !present.Contains(id)).ToHashSet();
    }

    private static async Task<HashSet<StreamId>> PresentAsync(
        NpgsqlConnection connection, int tenant, IReadOnlyList<StreamDescription> streams, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT id FROM streams WHERE tenant_id = $1 AND id = ANY($2)", connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = streams.Select(stream => (long)stream.Id.Value).ToArray() } },
        };
        var present = new HashSet<StreamId>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) present.Add(new StreamId((ulong)reader.GetInt64(0)));
        return present;
    }
}
