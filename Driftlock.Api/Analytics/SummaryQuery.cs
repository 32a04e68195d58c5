using System.Globalization;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Api.Analytics;

/// <summary>One round trip for all figures.</summary>
public sealed class SummaryQuery(NpgsqlDataSource dataSource, TimeProvider time)
{
    public async Task<Summary> RunAsync(int tenant, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, tenant,
            """
            SELECT count(*), count(*) FILTER (WHERE events_needed = 0 AND windows > calibrating), coalesce(sum(events), 0)::bigint,
              coalesce(sum(windows), 0)::bigint FROM streams WHERE tenant_id = $1
            """);
        Add(batch, tenant, "SELECT status, severity, count(*) FROM anomalies WHERE tenant_id = $1 GROUP BY status, severity");
        Add(batch, tenant,
            """
            SELECT count(*), coalesce(min(e.received_unix_nano), 0) FROM partition_leases l
              JOIN log_partitions p ON p.id = l.partition_id AND p.head_offset > l.committed_offset
              JOIN log_entries e ON e.partition_id = l.partition_id AND e."offset" > l.committed_offset AND e.kind = 1 WHERE e.tenant_id = $1
            """);
        Add(batch, tenant,
            """
            SELECT hour, sum(events)::bigint, sum(windows)::bigint, sum(anomalies)::bigint FROM stream_hours
            WHERE tenant_id = $1 GROUP BY hour ORDER BY hour DESC LIMIT 24
            """);
        Add(batch, tenant,
            "SELECT settings->'configuration'->>'falseDiscoveryRate' FROM tenant_settings WHERE tenant_id IN ($1, 0) ORDER BY tenant_id DESC, version DESC LIMIT 1");

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (total, ready, events, windows) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        await reader.NextResultAsync(cancellationToken);
        var anomalies = await ReadAnomaliesAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var lag = await ReadLagAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var hours = new List<HourTotals>();
        while (await reader.ReadAsync(cancellationToken))
        {
            hours.Insert(0, new HourTotals(reader.GetDateTime(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var rate = double.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
        return new Summary(new StreamTotals(total, ready, total - ready), events, windows, anomalies, lag, hours, rate);
    }

    private static async Task<AnomalyTotals> ReadAnomaliesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var byStatus = Enum.GetNames<AnomalyStatus>().ToDictionary(name => name.ToLowerInvariant(), _ => 0L);
        var bySeverity = Enum.GetNames<Severity>().ToDictionary(name => name.ToLowerInvariant(), _ => 0L);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (status, severity, count) = ((AnomalyStatus)reader.GetInt16(0), (Severity)reader.GetInt16(1), reader.GetInt64(2));
            byStatus[status.ToString().ToLowerInvariant()] += count;
            if (status == AnomalyStatus.Open) bySeverity[severity.ToString().ToLowerInvariant()] += count;
        }
        return new AnomalyTotals(byStatus.Values.Sum(), byStatus["open"], bySeverity, byStatus);
    }

    private async Task<Lag> ReadLagAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        var (entries, oldest) = (reader.GetInt64(0), reader.GetInt64(1));
        var now = Storage.UnixTime.ToUnixNano(time.GetUtcNow());
        return new Lag(entries, entries == 0 ? 0 : Math.Max(0, (now - oldest) / 1e9));
    }

    private static void Add<T>(NpgsqlBatch batch, T parameter, string sql) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<T> { TypedValue = parameter } } });
}
