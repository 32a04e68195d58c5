using System.Globalization;
using Driftlock.Api.Caching;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Api.Analytics;

/// <summary>
/// What is new comes from the store at every call, in one round trip; what has to be added up is added up again only after a change.
/// </summary>
public sealed class SummaryQuery(NpgsqlDataSource dataSource, SharedCache cache, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>While detectors are behind, totals move with every commit: then they may be so old.</summary>
    private static readonly TimeSpan Moving = TimeSpan.FromSeconds(2);

    /// <summary>All but the lag, which depends on the moment.</summary>
    private sealed record Totals(
        StreamTotals Streams, long Events, long Windows, AnomalyTotals Anomalies, List<HourTotals> Hourly, double FalseDiscoveryRate);

    public async Task<Summary> RunAsync(int tenant, CancellationToken cancellationToken)
    {
        var (lag, stamp) = await ReadStampAsync(tenant, cancellationToken);
        var totals = await cache.GetAsync(
            "summary", tenant.ToString(CultureInfo.InvariantCulture), stamp, Kept, async cancellation => await AddUpAsync(tenant, cancellation), cancellationToken);
        return new Summary(totals!.Streams, totals.Events, totals.Windows, totals.Anomalies, lag, totals.Hourly, totals.FalseDiscoveryRate);
    }

    /// <summary>
    /// Every verdict moves an offset, and every change by anyone is in the audit log: while neither moved, nothing did. The lag is read before,
    /// so that totals beside a lag of nothing hold all that was sent before.
    /// </summary>
    private async Task<(Lag Lag, string Stamp)> ReadStampAsync(int tenant, CancellationToken cancellationToken)
    {
        var (behind, committed, changes) = await ReadPositionsAsync(tenant, cancellationToken);
        if (behind == 0) return (new Lag(0, 0), $"{committed} {changes}");
        var lag = await LagAsync(tenant, cancellationToken);
        if (lag.Entries > 0) return (lag, $"moving {time.GetUtcNow().UtcTicks / Moving.Ticks} {changes}");
        // Other tenants' entries wait; what was committed is read again, now that it is clear that none of this one's do.
        (_, committed, changes) = await ReadPositionsAsync(tenant, cancellationToken);
        return (lag, $"{committed} {changes}");
    }

    private async Task<(long Behind, long Committed, string Changes)> ReadPositionsAsync(int tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT (SELECT count(*) FROM partition_leases l JOIN log_partitions p ON p.id = l.partition_id AND p.head_offset > l.committed_offset),
              (SELECT coalesce(sum(committed_offset), 0)::bigint FROM partition_leases), (SELECT coalesce(max(position), 0) FROM audit_log WHERE tenant_id = $1),
              (SELECT coalesce(max(version), 0)::bigint FROM tenant_settings WHERE tenant_id IN ($1, 0))
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(2)} {reader.GetInt64(3)}"));
    }

    /// <summary>Entries behind are counted once a second for all who ask; that there are none is never remembered.</summary>
    private async Task<Lag> LagAsync(int tenant, CancellationToken cancellationToken)
    {
        var second = (time.GetUtcNow().UtcTicks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);
        var known = await cache.GetAsync("lag", tenant.ToString(CultureInfo.InvariantCulture), second, Moving, async cancellation => await CountLagAsync(tenant, cancellation), cancellationToken);
        // A count that was under way when this request came knows nothing of what was appended just before it.
        return known ?? await CountLagAsync(tenant, cancellationToken) ?? new Lag(0, 0);
    }

    /// <returns>Null when nothing waits.</returns>
    /// <remarks>
    /// Partition by partition, between two offsets: of a join the planner cannot tell how little is behind, and on a log that grows fast it took to
    /// reading all of it, once a second.
    /// </remarks>
    private async Task<Lag?> CountLagAsync(int tenant, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT coalesce(sum(waiting.entries), 0)::bigint, coalesce(min(waiting.oldest), 0) FROM partition_leases l
              JOIN log_partitions p ON p.id = l.partition_id AND p.head_offset > l.committed_offset
              CROSS JOIN LATERAL (SELECT count(*) AS entries, min(e.received_unix_nano) AS oldest FROM log_entries e WHERE e.partition_id = l.partition_id
                AND e."offset" > l.committed_offset AND e."offset" <= p.head_offset AND e.kind = 1 AND e.tenant_id = $1) waiting
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (entries, oldest) = (reader.GetInt64(0), reader.GetInt64(1));
        return entries == 0 ? null : new Lag(entries, Math.Max(0, (Storage.UnixTime.ToUnixNano(time.GetUtcNow()) - oldest) / 1e9));
    }

    private async Task<Totals> AddUpAsync(int tenant, CancellationToken cancellationToken)
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
        var hours = new List<HourTotals>();
        while (await reader.ReadAsync(cancellationToken))
        {
            hours.Insert(0, new HourTotals(reader.GetDateTime(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var rate = double.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
        return new Totals(new StreamTotals(total, ready, total - ready), events, windows, anomalies, hours, rate);
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

    private static void Add<T>(NpgsqlBatch batch, T parameter, string sql) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<T> { TypedValue = parameter } } });
}
