using System.Net.Http.Headers;
using System.Text.Json;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Secrets;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>Runs what the Api runs: for requests, and by itself.</summary>
/// <param name="store">Whose statements are in no plan.</param>
/// <param name="api">Whose are.</param>
/// <param name="server">Of both.</param>
/// <param name="report">Where the plans go.</param>
internal sealed class ApiPlans(NpgsqlDataSource store, ApiServer api, PostgresServer server, PlanReport report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task RequestsAsync()
    {
        foreach (var (label, address) in PlannedRequests.Reads) await report.RunAsync(label, () => SendAsync(HttpMethod.Get, address));
        foreach (var (label, method, address, body) in PlannedRequests.Writes) await report.RunAsync(label, () => SendAsync(method, address, body));
    }

    public async Task SessionAsync(KeyRingSource keys)
    {
        var token = Credential.Create(Credential.SessionPrefix);
        await using var command = store.CreateCommand("INSERT INTO user_sessions (token_hash, user_id, created_at, expires_at) SELECT $1, id, now(), now() + interval '1 hour' FROM users WHERE tenant_id = 1 LIMIT 1");
        command.Parameters.Add(new() { Value = (await keys.GetAsync(Cancellation)).Hash(Credential.Digest(token)) });
        await command.ExecuteNonQueryAsync(Cancellation);
        await report.RunAsync("Session of a request", async () => Assert.Equal(System.Net.HttpStatusCode.OK, (await api.GetAsync(token, "api/v1/me")).Status));
    }

    public async Task ExportAsync()
    {
        var id = "";
        await report.RunAsync("Export: asked for", async () => id = (await SendAsync(HttpMethod.Post, "exports", """{"filter":{"minScore":60}}""")).GetProperty("id").GetString()!);
        await report.RunAsync("Export: its pieces", () => Until.TrueAsync(
            async () => (await SendAsync(HttpMethod.Get, $"exports/{id}")).GetProperty("status").GetString() == "done", Patience, "the export is done", Cancellation), "export");
        await report.RunAsync("Export: a download that goes on", async () =>
        {
            using var client = api.Client(LoggedStore.ApiKey);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/exports/{id}/file");
            request.Headers.Range = new RangeHeaderValue(20_000_000, 20_300_000);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.PartialContent, response.StatusCode);
        }, "export_chunks");
    }

    /// <summary>One channel has waiting what is of no anomaly that is kept, among ten thousand that it had; of another the receiver is away, and 2,000 wait.</summary>
    public async Task AlertsAsync()
    {
        var busy = await store.ScalarAsync<Guid>("SELECT channel_id FROM alert_deliveries WHERE next_attempt_at IS NOT NULL LIMIT 1");
        await report.RunAsync("Alerts: deliveries of a channel", () => SendAsync(HttpMethod.Get, $"admin/alert-channels/{busy}/deliveries"));
        await report.RunAsync("Alerts: what is due is claimed and settled", async () =>
        {
            await store.ExecuteAsync("UPDATE alert_deliveries SET next_attempt_at = now() WHERE subject IN ('waiting-3', 'waiting-4', 'waiting-5')");
            await Until.TrueAsync(() => CountAsync("subject IN ('waiting-3', 'waiting-4', 'waiting-5') AND next_attempt_at IS NOT NULL", 0), Patience, "what was due is settled", Cancellation);
        }, "alert_deliveries");
        var away = (await SendAsync(HttpMethod.Post, "admin/alert-channels", $$"""{"name":"away","kind":"webhook","target":"http://127.0.0.1:{{FreePort.Take()}}/"}""")).GetProperty("channel").GetProperty("id").GetGuid();
        await report.RunAsync("Alerts: the receiver of many is away", async () =>
        {
            await store.ExecuteAsync(
                $"""
                INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, attempts, next_attempt_at, delivered_at)
                SELECT gen_random_uuid(), 1, '{away}', 'i-' || d, '{FilledStore.Anomaly}', now() - (20000 - d) * interval '40 seconds', 1, CASE WHEN d > 18000 THEN now() + interval '5 seconds' END,
                  CASE WHEN d <= 18000 THEN now() END FROM generate_series(1, 20000) d;
                ANALYZE alert_deliveries
                """);
            await Until.TrueAsync(() => CountAsync($"channel_id = '{away}' AND error IS NOT NULL", 1), Patience, "sending has failed", Cancellation);
        }, "alert_deliveries");
        await report.RunAsync("Alert channels", () => SendAsync(HttpMethod.Get, "admin/alert-channels"));
    }

    public Task ExpiredAsync()
    {
        var before = Runs();
        return report.RunAsync("Expired rows", () => Until.TrueAsync(() => Runs() > before, Patience, "expired rows were deleted", Cancellation), "ctid = ANY");

        int Runs() => server.ReadLog().Split("DELETE FROM exports WHERE ctid").Length;
    }

    private async Task<bool> CountAsync(string condition, long count) => await store.ScalarAsync<long>($"SELECT count(*) FROM alert_deliveries WHERE {condition}") == count;

    private async Task<JsonElement> SendAsync(HttpMethod method, string address, string? body = null)
    {
        var answer = await api.SendAsync(LoggedStore.ApiKey, method, "api/v1/" + address, body);
        Assert.True((int)answer.Status < 300, $"{address}: {answer.Status} {answer.Body}");
        return answer.Json;
    }
}
