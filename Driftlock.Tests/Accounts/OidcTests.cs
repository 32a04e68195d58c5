using System.Net;
using System.Text.Json.Nodes;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Accounts;

/// <summary>Tokens of a real issuer, taken by an Api that was told of it.</summary>
[Collection(SecondApi.Name)]
public sealed class OidcTests(ApiHost host) : IAsyncLifetime
{
    private const string Audience = "driftlock";

    private OidcIssuer _issuer = null!;
    private ApiServer _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OidcIssuer.StartNewAsync();
        _api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Oidc__Authority", _issuer.Authority), ("Oidc__RequireHttps", "false"));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_acts_in_the_tenant_and_role_that_it_claims_beside_keys_that_go_on_working()
    {
        var (tenant, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var token = Token(tenant.Name, "viewer", "analyst");
        var me = (await _api.GetAsync(token, "api/v1/me")).Json;
        Assert.Equal((tenant.Name, "analyst", "token"), (Text("tenant"), Text("role"), Text("kind")));
        Assert.Equal(HttpStatusCode.OK, (await _api.SendAsync(token, HttpMethod.Patch, $"api/v1/anomalies/{anomaly.Id}/status", """{"status":"acknowledged"}""")).Status);
        (await _api.GetAsync(token, "api/v1/admin/users")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
        (await _api.GetAsync(Token(other.Name, "admin"), $"api/v1/anomalies/{anomaly.Id}")).IsProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync(tenant.Read, "api/v1/me")).Status);
        var entry = (await _api.GetAsync(tenant.Admin, "api/v1/admin/audit-log")).Json.GetProperty("items")[0];
        Assert.Equal("token:ada", entry.GetProperty("actor").GetString());

        string? Text(string name) => me.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_token_that_names_no_tenant_or_role_of_ours_or_is_not_the_issuers_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        using var stranger = new SigningKey("RS256");
        foreach (var token in (string[])[
            Token("no such tenant", "admin"), Token(tenant.Name), Token(tenant.Name, "root"), Token(null, "admin"),
            _issuer.Sign(Claims(tenant.Name, "admin"), stranger), _issuer.Sign(Claims(tenant.Name, "admin"), changeHeader: header => header["crit"] = new JsonArray("exp")),
            CompactToken.Unsecured(Claims(tenant.Name, "admin"), "none"), "eyJ.eyJ.x"])
        {
            (await _api.GetAsync(token, "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        }
        await host.Database.ScalarAsync<object>($"UPDATE tenants SET disabled_at = now() WHERE id = {tenant.Id} RETURNING 1");
        (await _api.GetAsync(Token(tenant.Name, "admin"), "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task An_operator_of_the_issuer_operates_from_the_default_tenant_only()
    {
        var tenant = await host.AddTenantAsync();
        Assert.Equal(("admin", "operator"), (await RoleAsync(tenant.Name), await RoleAsync("default")));

        async Task<string?> RoleAsync(string name) => (await _api.GetAsync(Token(name, "operator"), "api/v1/me")).Json.GetProperty("role").GetString();
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_asked_the_answer_is_to_try_again()
    {
        var tenant = await host.AddTenantAsync();
        await _issuer.StopAsync();
        var token = Token(tenant.Name, "admin");
        (await _api.GetAsync(token, "api/v1/me")).IsProblem(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync(tenant.Read, "api/v1/me")).Status);
        await _issuer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync(token, "api/v1/me")).Status);
    }

    [Theory]
    [InlineData("http://issuer.example")]
    [InlineData("issuer")]
    public async Task An_address_that_is_not_https_stops_the_start_and_names_the_key(string authority)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ApiServer.StartAsync(host.Database.ConnectionString, ("Oidc__Authority", authority)));
        Assert.Contains("Oidc:Authority", failure.Message, StringComparison.Ordinal);
    }

    private string Token(string? tenant, params string[] roles) => _issuer.Sign(Claims(tenant, roles));

    private JsonObject Claims(string? tenant, params string[] roles)
    {
        var claims = _issuer.Claims(Audience);
        if (tenant is not null) claims["tenant"] = tenant;
        if (roles.Length > 0) claims["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]);
        return claims;
    }
}
