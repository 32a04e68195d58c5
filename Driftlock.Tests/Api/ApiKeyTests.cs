using System.Net;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class ApiKeyTests(ApiHost host)
{
    private const string Keys = "api/v1/admin/api-keys";

    [Fact]
    public async Task A_secret_is_shown_once_and_only_its_hash_is_kept()
    {
        var tenant = await host.AddTenantAsync();
        var created = await CreateAsync(tenant, """{"name":"ci","role":"read"}""");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var secret = created.Json.GetProperty("secret").GetString()!;
        Assert.StartsWith("dlk_", secret, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(secret, "api/v1/me")).Status);

        var list = await host.Api.GetAsync(tenant.Admin, Keys);
        Assert.DoesNotContain(secret, list.Body, StringComparison.Ordinal);
        var listed = list.Json.GetProperty("items").EnumerateArray().First();
        Assert.Equal(("ci", "read", created.Json.GetProperty("id").GetString()), (Text(listed, "name"), Text(listed, "role"), Text(listed, "id")));
        Assert.False(listed.TryGetProperty("secret", out _));
        Assert.InRange(Text(listed, "prefix")!.Length, 1, 10);
        var rows = await host.Database.ScalarAsync<string>($"SELECT string_agg(api_keys::text, ' ') FROM api_keys WHERE tenant_id = {tenant.Id}");
        Assert.DoesNotContain(secret[..16], rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(secret)), rows, StringComparison.OrdinalIgnoreCase);
        // A bare digest would let who reads the table test guesses, and tell who uses the same key elsewhere.
        Assert.DoesNotContain(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret))), rows, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_revoked_key_ends_at_once_and_stays_on_the_list()
    {
        var tenant = await host.AddTenantAsync();
        var created = (await CreateAsync(tenant, """{"name":"ci","role":"admin"}""")).Json;
        var (id, secret) = (Text(created, "id"), Text(created, "secret"));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"{Keys}/{id}")).Status);
        (await host.Api.GetAsync(secret, "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        var revokedAt = RevokedAt((await host.Api.GetAsync(tenant.Admin, Keys)).Json);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"{Keys}/{id}")).Status);
        Assert.Equal(revokedAt, RevokedAt((await host.Api.GetAsync(tenant.Admin, Keys)).Json));

        DateTimeOffset RevokedAt(System.Text.Json.JsonElement list) =>
            list.GetProperty("items").EnumerateArray().Single(key => Text(key, "id") == id).GetProperty("revokedAt").GetDateTimeOffset();
    }

    [Fact]
    public async Task A_key_past_its_time_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.ScalarAsync<object>($"UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE tenant_id = {tenant.Id} AND scopes = 2 RETURNING 1");
        (await host.Api.GetAsync(tenant.Read, "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_key_is_rotated_both_work_for_a_while_and_there_is_no_third()
    {
        var tenant = await host.AddTenantAsync();
        var old = (await CreateAsync(tenant, """{"name":"ci","scopes":["ingest","read"]}""")).Json;
        var rotated = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Keys}/{Text(old, "id")}/rotate", """{"overlapHours":1}""");
        Assert.Equal((HttpStatusCode.Created, Text(old, "id"), "custom"), (rotated.Status, Text(rotated.Json, "replacesId"), Text(rotated.Json, "role")));
        foreach (var secret in (string?[])[Text(old, "secret"), Text(rotated.Json, "secret")]) Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(secret, "api/v1/me")).Status);
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Keys}/{Text(old, "id")}/rotate", "{}")).IsProblem(HttpStatusCode.Conflict, "already_rotated");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Keys}/{Text(rotated.Json, "id")}/rotate", """{"overlapHours":169}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("overlapHours");
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Keys}/{Text(rotated.Json, "id")}/rotate", """{"overlapHours":0}""");
        (await host.Api.GetAsync(Text(rotated.Json, "secret"), "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{Keys}/{Text(rotated.Json, "id")}/rotate", "{}")).IsProblem(HttpStatusCode.Conflict, "key_not_active");
    }

    [Fact]
    public async Task The_list_says_when_a_key_was_last_used()
    {
        var tenant = await host.AddTenantAsync();
        await host.Api.GetAsync(tenant.Read, "api/v1/anomalies");
        var keys = (await host.Api.GetAsync(tenant.Admin, Keys)).Json.GetProperty("items").EnumerateArray().ToDictionary(key => Text(key, "role")!, key => key.GetProperty("lastUsedAt"));
        Assert.InRange(keys["read"].GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, keys["ingest"].ValueKind);
    }

    [Theory]
    [InlineData("""{"name":"x","scopes":["operate"]}""")]
    [InlineData("""{"name":"x","scopes":["read","operate"]}""")]
    public async Task Nobody_gives_a_key_more_than_it_has(string body) =>
        (await CreateAsync(await host.AddTenantAsync(), body)).IsProblem(HttpStatusCode.Forbidden, "forbidden");

    [Theory]
    [InlineData("scopes", """{"name":"x","scopes":["fly"]}""")]
    [InlineData("scopes", """{"name":"x","scopes":[]}""")]
    [InlineData("scopes", """{"name":"x","role":"read","scopes":["read"]}""")]
    [InlineData("name", """{"role":"read"}""")]
    [InlineData("name", """{"name":"  ","role":"read"}""")]
    [InlineData("name", """{"name":"a\u0000b","role":"read"}""")]
    [InlineData("role", """{"name":"x"}""")]
    [InlineData("expiresAt", """{"name":"x","role":"read","expiresAt":"2001-01-01T00:00:00Z"}""")]
    public async Task A_bad_value_is_refused_by_its_name(string field, string body) =>
        (await CreateAsync(await host.AddTenantAsync(), body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);

    [Theory]
    [InlineData("""{"name":"x","role":"owner"}""")]
    [InlineData("""{"name":"x","role":3}""")]
    [InlineData("""{"name":"x","role":"read","expiresAt":"soon"}""")]
    public async Task A_value_of_another_type_is_refused(string body) =>
        (await CreateAsync(await host.AddTenantAsync(), body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");

    [Fact]
    public async Task Only_an_admin_manages_keys()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var key in (string[])[tenant.Read, tenant.Ingest])
        {
            (await host.Api.GetAsync(key, Keys)).IsProblem(HttpStatusCode.Forbidden, "forbidden");
            (await host.Api.SendAsync(key, HttpMethod.Post, Keys, """{"name":"x","role":"admin"}""")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task Me_says_whose_key_it_is_to_every_role()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var (key, role) in ((string, string)[])[(tenant.Admin, "admin"), (tenant.Read, "read"), (tenant.Ingest, "ingest")])
        {
            var me = (await host.Api.GetAsync(key, "api/v1/me")).Json;
            Assert.Equal((tenant.Name, role), (Text(me, "tenant"), Text(me, "role")));
            Assert.Equal($"{tenant.Name} {role}", Text(me, "keyName"), ignoreCase: true);
        }
    }

    private Task<ApiAnswer> CreateAsync(TestTenant tenant, string body) => host.Api.SendAsync(tenant.Admin, HttpMethod.Post, Keys, body);

    private static string? Text(System.Text.Json.JsonElement element, string name) => element.GetProperty(name).GetString();
}
