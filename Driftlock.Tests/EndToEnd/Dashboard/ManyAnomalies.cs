using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Cbad;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Api;
using Npgsql;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>A tenant of its own with 100,000 anomalies, one of which has a window of 1,000 lines, and a stream with as many minutes as there can be points.</summary>
/// <param name="Key">Of an admin.</param>
/// <param name="Longest">The anomaly with 1,000 lines.</param>
internal sealed record ManyAnomalies(string Key, string Longest)
{
    public const int Count = 100_000;
    public const int Lines = 1_000;

    /// <summary>Of the stream with <see cref="Count"/> minutes.</summary>
    public const string Stream = "00000000000186a0";

    /// <summary>In one anomaly of a thousand.</summary>
    public const string Rare = "needle-in-a-haystack";

    private const string Anomalies =
        """
        INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value, excess_bits, affected_share, why,
          costliest_line, event_count, first_event_time, last_event_time, detected_at, evidence_hash, evidence, is_sealed)
        SELECT '99-' || $1 || '-' || i, nextval('anomaly_sequence'), $1, 100000, 1, 'service-' || i % 200, 'scope-' || i % 5000,
          CASE WHEN i % 100 = 0 THEN 4 ELSE 1 + i % 3 END, CASE WHEN i % 50 = 0 THEN 4 ELSE 1 END, 40 + i % 60, (1 + i % 37) / 4097.0,
          150 + (i * 104729::bigint % 300007) / 1000.0, 0.02,
          'the line ' || md5(i::text) || ' has never been seen in this stream' || CASE WHEN i % 1000 = 1 THEN ', needle-in-a-haystack' ELSE '' END,
          'error: ' || md5((i * 7)::text) || ' while writing to disk', 50, t, t + interval '1 minute', t + interval '2 minutes', md5(i::text), '\x00', false
        FROM (SELECT i, now() - (100000 - i) * interval '1 second' AS t FROM generate_series(1, 100000) i ORDER BY i) a
        """;

    private const string Minutes =
        """
        INSERT INTO stream_minutes (tenant_id, minute, stream_id, events, windows, anomalies, suppressed, ratio_sum, ratio_windows, ratio_largest, smallest_p_value)
        SELECT $1, date_trunc('minute', now()) - m * interval '1 minute', 100000, 50, 1, CASE WHEN m % 5000 = 7 THEN 1 ELSE 0 END, 0, 0.2 + 0.1 * sin(m / 700.0), 1, 0.3 + 0.1 * sin(m / 90.0), 0.5
        FROM generate_series(0, 99999) m
        """;

    private const string StreamRow = "INSERT INTO streams SELECT 100000, $1, 1, 'service-0', 'scope-0', 0, now() - interval '70 days', now(), 5000000, 100000, 20, 0, 5, 0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ManyAnomalies> FillAsync(Deployment deployment)
    {
        using var made = await deployment.Api.PostAsJsonAsync("/api/v1/admin/tenants", new { name = $"many {Guid.NewGuid():N}", tier = "unlimited" }, Cancellation);
        var tenant = JsonElement.Parse(await made.Content.ReadAsStringAsync(Cancellation));
        var id = tenant.GetProperty("tenant").GetProperty("id").GetInt32();
        await using var store = NpgsqlDataSource.Create(await deployment.StoreAsync());
        foreach (var sql in (string[])[Anomalies, StreamRow, Minutes]) await ExecuteAsync(store, sql, id);
        await ExecuteAsync(store, "ANALYZE anomalies", null);
        var longest = string.Create(CultureInfo.InvariantCulture, $"99-{id}-{Count}");
        await using var evidence = store.CreateCommand("UPDATE anomalies SET evidence = $1, event_count = $2 WHERE id = $3");
        evidence.Parameters.Add(new() { Value = EventPayload.Compress(LongEvidence()) });
        evidence.Parameters.Add(new() { Value = Lines });
        evidence.Parameters.Add(new() { Value = longest });
        Assert.Equal(1, await evidence.ExecuteNonQueryAsync(Cancellation));
        return new ManyAnomalies(tenant.GetProperty("adminKey").GetString()!, longest);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource store, string sql, int? tenant)
    {
        await using var command = store.CreateCommand(sql);
        command.CommandTimeout = 120;
        if (tenant is { } id) command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>What the engine found, with its window told over until it has <see cref="Lines"/> lines: longer than a window may be, as a trace or a session can be.</summary>
    private static byte[] LongEvidence()
    {
        var evidence = JsonNode.Parse(EvidenceJson.Write(ApiDatabase.Evidence.Value))!;
        var explanation = evidence["explanation"]!;
        var lines = explanation["lines"]!.AsArray();
        var (few, first) = (lines.Count, lines[0]!["event"]!.GetValue<long>());
        for (var i = few; i < Lines; i++)
        {
            var line = lines[i % few]!.DeepClone();
            (line["index"], line["event"]) = (i, first + i);
            lines.Add(line);
        }
        return System.Text.Encoding.UTF8.GetBytes(evidence.ToJsonString());
    }
}
