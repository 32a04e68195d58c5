using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Alerts;

public sealed class AlertTests(AlertHost host) : IClassFixture<AlertHost>
{
    private const string Channels = "api/v1/admin/alert-channels";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_told_once_of_an_incident_and_can_check_who_says_it()
    {
        await using var receiver = await Receiver.StartAsync();
        var tenant = await host.Database.AddTenantAsync();
        var created = (await CreateAsync(tenant, $$"""{"name":"on call","kind":"webhook","target":"{{receiver.Address}}/hook?token=secret"}""")).Json;
        var (secret, channel) = (created.GetProperty("signingSecret").GetString()!, created.GetProperty("channel").GetProperty("id").GetString()!);
        var first = await WaitingAsync(tenant, channel);
        var received = await receiver.NextAsync("/hook");
        var alert = JsonDocument.Parse(received.Body).RootElement;
        Assert.Equal(("incident.opened", first.Anomaly, tenant.Name), (Text(alert, "type"), Text(alert.GetProperty("anomaly"), "id"), Text(alert, "tenant")));
        Assert.Equal($"https://driftlock.example.org/anomalies/{first.Anomaly}", Text(alert, "link"));
        // Standard Webhooks, checked as its receivers do.
        var signed = Encoding.UTF8.GetBytes($"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Body}");
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed)), received.Headers["webhook-signature"]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Headers["webhook-timestamp"], null)), DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddMinutes(1));

        var listed = await UntilAsync(tenant, channel, detail => detail.GetProperty("waiting").GetInt64() == 0);
        Assert.Equal(new Uri(receiver.Address).Authority, Text(listed, "target"));
        Assert.Equal("delivered", Text((await host.Api.GetAsync(tenant.Admin, $"{Channels}/{channel}/deliveries")).Json.GetProperty("items")[0], "status"));
        Assert.Single(receiver.All);
        var rows = await host.Database.ScalarAsync<string>($"SELECT string_agg(c::text || encode(c.target, 'escape') || encode(c.secret, 'escape'), ' ') FROM alert_channels c WHERE tenant_id = {tenant.Id}");
        Assert.DoesNotContain("token=secret", rows, StringComparison.Ordinal);
        Assert.DoesNotContain(secret["whsec_".Length..], rows + (await host.Api.GetAsync(tenant.Admin, Channels)).Body + (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/audit-log")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_detector_writes_the_alert_with_the_anomaly()
    {
        await using var receiver = await Receiver.StartAsync();
        var tenant = await host.Database.AddTenantAsync();
        await CreateAsync(tenant, $$"""{"name":"all","kind":"webhook","target":"{{receiver.Address}}/all","subject":"anomaly"}""");
        await CreateAsync(tenant, $$"""{"name":"other","kind":"webhook","target":"{{receiver.Address}}/other","service":"another"}""");
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        await using var detector = await ServiceProcess.StartAsync("Driftlock.Detector", [("ConnectionStrings__driftlock", host.Database.ConnectionString), ("ConnectionStrings__redis", "127.0.0.1:1"), ("ASPNETCORE_URLS", address.ToString())]);
        Assert.True(await detector.BecomesHealthyAsync(new Uri(address, "health")), detector.Log);
        var random = new Random(5);
        for (var request = 0; request < 32; request++)
        {
            string[] lines = [.. Enumerable.Range(0, 50).Select(i => request == 31 && i == 20 ? "KERNEL PANIC attempted to kill init, exit code 0xdeadbeef" : $"GET /cart/{random.Next(100)} took {random.Next(5, 40)} ms")];
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs("shop", lines))).IsSuccess);
        }
        var alert = JsonDocument.Parse((await receiver.NextAsync("/all")).Body).RootElement;
        Assert.Equal("anomaly.detected", Text(alert, "type"));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{Text(alert, "subject")}")).Status);
        Assert.DoesNotContain(receiver.All, received => received.Path == "/other");
    }

    [Fact]
    public async Task What_a_receiver_does_not_take_is_sent_again_and_the_reason_is_shown()
    {
        await using var receiver = await Receiver.StartAsync();
        var isAway = true;
        receiver.Answer = context =>
        {
            context.Response.StatusCode = isAway ? 503 : 200;
            return Task.CompletedTask;
        };
        var tenant = await host.Database.AddTenantAsync();
        var channel = await AddWebhookAsync(tenant, receiver, "/away");
        await WaitingAsync(tenant, channel);
        var failing = await UntilAsync(tenant, channel, detail => detail.GetProperty("lastError").ValueKind == JsonValueKind.String);
        Assert.Equal("the receiver answered 503", Text(failing, "lastError"));
        Assert.Equal(1, failing.GetProperty("waiting").GetInt64());
        isAway = false;
        await host.Database.ScalarAsync<int>($"UPDATE alert_deliveries SET next_attempt_at = now() WHERE channel_id = '{channel}' RETURNING 1");
        var settled = await UntilAsync(tenant, channel, detail => detail.GetProperty("waiting").GetInt64() == 0);
        Assert.Equal(JsonValueKind.Null, settled.GetProperty("lastError").ValueKind);
        // Whoever gets it twice can tell.
        Assert.Single(receiver.All.Select(received => received.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task The_list_says_when_an_alert_last_arrived_also_while_later_ones_wait()
    {
        await using var receiver = await Receiver.StartAsync();
        var tenant = await host.Database.AddTenantAsync();
        var channel = await AddWebhookAsync(tenant, receiver, "/last");
        Assert.Equal(JsonValueKind.Null, (await UntilAsync(tenant, channel, _ => true)).GetProperty("lastDeliveredAt").ValueKind);
        await WaitingAsync(tenant, channel);
        var arrived = await UntilAsync(tenant, channel, detail => detail.GetProperty("lastDeliveredAt").ValueKind != JsonValueKind.Null);
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await WaitingAsync(tenant, channel);
        var failed = await UntilAsync(tenant, channel, detail => detail.GetProperty("lastError").ValueKind != JsonValueKind.Null);
        Assert.Equal((1, Text(arrived, "lastDeliveredAt")), (failed.GetProperty("waiting").GetInt64(), Text(failed, "lastDeliveredAt")));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_for_good_is_not_asked_again_and_the_audit_log_says_so()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        var tenant = await host.Database.AddTenantAsync();
        var channel = await AddWebhookAsync(tenant, receiver, "/gone");
        await WaitingAsync(tenant, channel);
        var disabled = await UntilAsync(tenant, channel, detail => !detail.GetProperty("enabled").GetBoolean());
        Assert.Equal(0, disabled.GetProperty("waiting").GetInt64());
        Assert.Contains("alert-channel.disable", (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/audit-log")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_later_nobody_is_told_any_more()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var tenant = await host.Database.AddTenantAsync();
        var channel = await AddWebhookAsync(tenant, receiver, "/late");
        await WaitingAsync(tenant, channel, TimeSpan.FromHours(25));
        await UntilAsync(tenant, channel, detail => detail.GetProperty("waiting").GetInt64() == 0);
        var delivery = (await host.Api.GetAsync(tenant.Admin, $"{Channels}/{channel}/deliveries")).Json.GetProperty("items")[0];
        Assert.Equal(("givenUp", "the receiver answered 500"), (Text(delivery, "status"), Text(delivery, "error")));
    }

    [Fact]
    public async Task Hostile_lines_stay_text_in_Slack_and_a_test_says_what_became_of_it()
    {
        await using var receiver = await Receiver.StartAsync();
        var tenant = await host.Database.AddTenantAsync();
        var channel = Text((await CreateAsync(tenant, $$"""{"name":"chat","kind":"slack","target":"{{receiver.Address}}/slack"}""")).Json.GetProperty("channel"), "id");
        await WaitingAsync(tenant, channel, change: row => (row.Why, row.CostliestLine) = ("<!channel> & <https://evil.example|click>", "```<@U1>"));
        var text = Text(JsonDocument.Parse((await receiver.NextAsync("/slack")).Body).RootElement, "text");
        Assert.Contains("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<@U1>", text, StringComparison.Ordinal);
        Assert.EndsWith("|Open in Driftlock>", text, StringComparison.Ordinal);

        var test = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Channels}/{channel}/test")).Json;
        Assert.True(test.GetProperty("delivered").GetBoolean());
        await receiver.DisposeAsync();
        test = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Channels}/{channel}/test")).Json;
        Assert.Equal((false, "no connection to the host"), (test.GetProperty("delivered").GetBoolean(), Text(test, "error")));
    }

    [Theory]
    [InlineData("""{"kind":"webhook","target":"https://example.org"}""", "name")]
    [InlineData("""{"name":"x","target":"https://example.org"}""", "kind")]
    [InlineData("""{"name":"x","kind":"webhook"}""", "target")]
    [InlineData("""{"name":"x","kind":"webhook","target":"ftp://example.org"}""", "target")]
    [InlineData("""{"name":"x","kind":"pagerDuty","target":"https://example.org"}""", "target")]
    [InlineData("""{"name":"x","kind":"slack","target":"https://user:word@example.org"}""", "target")]
    public async Task A_channel_that_cannot_work_is_refused_with_its_field(string body, string field)
    {
        var tenant = await host.Database.AddTenantAsync();
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, Channels, body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
    }

    [Fact]
    public async Task A_channel_can_be_changed_disabled_and_deleted_and_there_are_at_most_twenty()
    {
        var tenant = await host.Database.AddTenantAsync();
        string? id = null;
        for (var i = 0; i < 20; i++) id = Text((await CreateAsync(tenant, """{"name":"x","kind":"webhook","target":"https://example.org"}""")).Json.GetProperty("channel"), "id");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, Channels, """{"name":"x","kind":"webhook","target":"https://example.org"}""")).IsProblem(HttpStatusCode.Conflict, "too_many_channels");
        var changed = await host.Api.SendAsync(tenant.Admin, HttpMethod.Patch, $"{Channels}/{id}", """{"enabled":false,"minSeverity":"high","service":"shop","target":"https://example.com/y"}""");
        Assert.Equal((false, "high", "shop", "example.com"), (changed.Json.GetProperty("enabled").GetBoolean(), Text(changed.Json, "minSeverity"), Text(changed.Json, "service"), Text(changed.Json, "target")));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"{Channels}/{id}")).Status);
        Assert.Equal(19, (await host.Api.GetAsync(tenant.Admin, Channels)).Json.GetProperty("items").GetArrayLength());
    }

    private async Task<string> AddWebhookAsync(TestTenant tenant, Receiver receiver, string path) =>
        Text((await CreateAsync(tenant, $$"""{"name":"on call","kind":"webhook","target":"{{receiver.Address}}{{path}}"}""")).Json.GetProperty("channel"), "id");

    /// <summary>An anomaly with its alert in the outbox, as a detector's transaction leaves them.</summary>
    private async Task<(string Anomaly, string Incident)> WaitingAsync(TestTenant tenant, string channel, TimeSpan age = default, Action<Driftlock.Storage.Model.Anomaly>? change = null)
    {
        var anomaly = await host.Database.AddAnomalyAsync(tenant, change);
        var incident = await host.Database.AddIncidentAsync(tenant, "shop", anomaly);
        await host.Database.ScalarAsync<int>(
            $"""
            INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, next_attempt_at, attempts)
            VALUES (gen_random_uuid(), {tenant.Id}, '{channel}', '{incident}', '{anomaly.Id}', now() - interval '{age.TotalSeconds} s', now(), 0) RETURNING 1
            """);
        return (anomaly.Id, incident);
    }

    private async Task<JsonElement> UntilAsync(TestTenant tenant, string channel, Func<JsonElement, bool> condition)
    {
        while (true)
        {
            var detail = (await host.Api.GetAsync(tenant.Admin, Channels)).Json.GetProperty("items").EnumerateArray().Single(item => Text(item, "id") == channel);
            if (condition(detail)) return detail;
            await Task.Delay(50, Cancellation);
        }
    }

    private async Task<ApiAnswer> CreateAsync(TestTenant tenant, string body)
    {
        var created = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, Channels, body);
        Assert.True(created.Status == HttpStatusCode.Created, created.Body);
        return created;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
