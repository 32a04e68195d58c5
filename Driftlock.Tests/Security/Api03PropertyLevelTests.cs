using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API3: nobody sets a property that is not theirs to set (mass assignment), and nobody reads one that is nobody's to read.</summary>
[Collection(SharedApi.Name)]
public sealed class Api03PropertyLevelTests(ApiHost host)
{
    /// <summary>Columns and properties of our own types that no request may set.</summary>
    private const string Hostile =
        """
        {"tenantId":1,"TenantId":1,"tenant_id":1,"id":"00000000-0000-0000-0000-000000000001","createdAt":"2000-01-01T00:00:00Z","revokedAt":"2000-01-01T00:00:00Z",
         "secretHash":"AAAA","isKeyed":false,"passwordHash":"AAAA","securityStamp":"x","disabledAt":"2000-01-01T00:00:00Z","emailConfirmed":true,"twoFactorEnabled":true,
         "createdBy":"root","statusChangedBy":"root","upToSequence":9223372036854775807,"reached":-1,"bytes":1,"by":"root","at":"2000-01-01T00:00:00Z","secret":"AAAA"}
        """;

    private static readonly string[] NobodysToRead = ["secretHash", "passwordHash", "securityStamp", "concurrencyStamp", "authenticatorKey", "tokenHash", "isKeyed", "isSealed", "leasedUntil", "privateKey"];

    [Fact]
    public async Task Properties_that_are_not_the_callers_to_set_change_nothing()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var (operation, example) in await OpenApiDocument.WritesAsync(host.Api))
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            if (method != "POST" || example is null || path.Contains('{', StringComparison.Ordinal) || JsonNode.Parse(example) is not JsonObject body) continue;
            // The example's address may be another test's already, and addresses are one of a kind in the whole deployment.
            if (body.ContainsKey("email")) body["email"] = $"{Guid.CreateVersion7():N}@example.com";
            foreach (var (name, value) in JsonNode.Parse(Hostile)!.AsObject()) body.TryAdd(name, value?.DeepClone());
            await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, path.TrimStart('/'), body.ToJsonString());
        }
        foreach (var table in (string[])["api_keys", "users", "exports", "alert_channels"])
        {
            // Made, for the caller's own tenant, now, under an id of ours.
            Assert.Equal((table, true), (table, await host.Database.ScalarAsync<bool>($"SELECT count(*) > 0 FROM {table} WHERE tenant_id = {tenant.Id} AND created_at > now() - interval '1 hour'")));
            Assert.Equal((table, 0L), (table, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE id = '00000000-0000-0000-0000-000000000001' OR created_at < '2001-01-01'")));
        }
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM users WHERE tenant_id = {tenant.Id} AND (email_confirmed OR two_factor_enabled OR disabled_at IS NOT NULL)"));
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM exports WHERE tenant_id = {tenant.Id} AND (created_by = 'root' OR up_to_sequence = 9223372036854775807)"));
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM audit_log WHERE tenant_id = {tenant.Id} AND (actor_name = 'root' OR actor = 'root')"));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(tenant.Admin, "api/v1/me")).Status);
    }

    [Fact]
    public async Task A_key_of_more_weight_than_the_callers_is_not_made_by_any_spelling()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var body in (string[])[
            """{"name":"x","scopes":["operate"]}""", """{"name":"x","role":"admin","scopes":["read","operate"]}""", """{"name":"x","Scopes":["operate"]}""",
            """{"name":"x","role":"operator"}""", """{"name":"x","role":"read","role":"operator"}""", """{"name":"x","scopes":31}"""])
        {
            var answer = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", body);
            Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{body}: {(int)answer.Status} {answer.Body}");
        }
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM api_keys WHERE tenant_id = {tenant.Id} AND scopes & 16 <> 0"));
    }

    [Fact]
    public async Task No_answer_has_a_property_that_is_nobodys_to_read()
    {
        using var document = JsonDocument.Parse((await host.Api.GetAsync(null, "openapi/v1.json")).Body);
        var names = document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject()
            .SelectMany(schema => schema.Value.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(property => property.Name) : []).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.True(names.Count > 100);
        Assert.Empty(names.Intersect(NobodysToRead, StringComparer.OrdinalIgnoreCase));
    }
}
