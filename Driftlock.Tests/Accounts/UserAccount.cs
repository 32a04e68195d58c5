using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Accounts;

/// <summary>A user of a tenant, made by its admin.</summary>
internal sealed record UserAccount(TestTenant Tenant, string Id, string Email, string Password)
{
    public static async Task<UserAccount> CreateAsync(ApiHost host, string role = "analyst", TestTenant? of = null)
    {
        var tenant = of ?? await host.AddTenantAsync();
        var email = $"{Guid.NewGuid():N}@example.org";
        var made = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"{{email}}","role":"{{role}}"}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        return new UserAccount(tenant, made.Json.GetProperty("id").GetString()!, email, made.Json.GetProperty("password").GetString()!);
    }

    public Task<ApiAnswer> SignInAsync(ApiHost host, string? password = null, string? code = null) =>
        host.Api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", System.Text.Json.JsonSerializer.Serialize(new { email = Email, password = password ?? Password, code }));

    public async Task<string> TokenAsync(ApiHost host) => (await SignInAsync(host)).Json.GetProperty("token").GetString()!;
}
