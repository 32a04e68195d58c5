using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>ASVS 16.2 and 16.3: who got in, who did not, and what was refused is written down, without what they tried.</summary>
[Collection(SharedApi.Name)]
public sealed class Asvs16SecurityLogTests(ApiHost host)
{
    [Fact]
    public async Task Sign_ins_are_in_the_audit_log_and_failed_ones_in_the_service_log()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString);
        var tenant = await host.AddTenantAsync();
        var email = $"log{tenant.Id}@example.org";
        const string password = "seven cranes over a lake";
        var user = (await api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"{{email}}","role":"viewer","password":"{{password}}"}""")).Json.GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync("a guess that is wrong")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(password)).Status);

        var failed = Assert.Single(api.Log.Split('\n'), line => line.Contains("Signing in failed", StringComparison.Ordinal));
        Assert.Contains(user, failed, StringComparison.Ordinal);
        Assert.DoesNotContain("a guess that is wrong", api.Log, StringComparison.Ordinal);
        var entries = (await api.GetAsync(tenant.Admin, "api/v1/admin/audit-log?action=user.sign-in")).Json.GetProperty("items");
        Assert.Equal(user, Assert.Single(entries.EnumerateArray()).GetProperty("target").GetString());

        Task<ApiAnswer> SignInAsync(string secret) => api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", $$"""{"email":"{{email}}","password":"{{secret}}"}""");
    }
}
