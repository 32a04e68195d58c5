using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Accounts;

[Collection(SharedApi.Name)]
public sealed class SignInTests(ApiHost host)
{
    [Theory]
    [InlineData("viewer", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("analyst", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task A_user_signs_in_and_may_do_what_the_role_may(string role, HttpStatusCode work, HttpStatusCode administer)
    {
        var user = await UserAccount.CreateAsync(host, role);
        var anomaly = await host.Database.AddAnomalyAsync(user.Tenant);
        var session = (await user.SignInAsync(host)).Json;
        Assert.Equal((user.Email, role, user.Tenant.Name), (Text("email"), Text("role"), Text("tenant")));
        var token = Text("token")!;
        var me = (await host.Api.GetAsync(token, "api/v1/me")).Json;
        Assert.Equal((user.Email, role, "user"), (me.GetProperty("keyName").GetString(), me.GetProperty("role").GetString(), me.GetProperty("kind").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(token, "api/v1/anomalies")).Status);
        Assert.Equal(work, (await host.Api.SendAsync(token, HttpMethod.Patch, $"api/v1/anomalies/{anomaly.Id}/status", """{"status":"acknowledged"}""")).Status);
        Assert.Equal(administer, (await host.Api.GetAsync(token, "api/v1/admin/users")).Status);

        string? Text(string name) => session.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        var user = await UserAccount.CreateAsync(host);
        var wrong = (await user.SignInAsync(host, "not the password at all")).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        var unknown = (await (user with { Email = "nobody@example.org" }).SignInAsync(host)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        Assert.Equal(wrong.Json.GetProperty("detail").GetString(), unknown.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Five_failures_lock_the_account_and_an_admin_unlocks_it()
    {
        var user = await UserAccount.CreateAsync(host);
        for (var i = 0; i < 5; i++) await user.SignInAsync(host, "not the password at all");
        (await user.SignInAsync(host)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        var reset = await host.Api.SendAsync(user.Tenant.Admin, HttpMethod.Post, $"api/v1/admin/users/{user.Id}/password");
        var password = reset.Json.GetProperty("password").GetString();
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host, password)).Status);
        (await user.SignInAsync(host)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
    }

    [Fact]
    public async Task A_session_ends_at_once_on_sign_out_and_all_of_them_with_a_new_password_role_or_an_end_of_the_user()
    {
        var user = await UserAccount.CreateAsync(host);
        var (first, second) = (await user.TokenAsync(host), await user.TokenAsync(host));
        await host.Api.SendAsync(first, HttpMethod.Post, "api/v1/auth/sign-out");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await StatusAsync(first), await StatusAsync(second)));

        var changed = await host.Api.SendAsync(second, HttpMethod.Post, "api/v1/auth/password", $$"""{"current":"{{user.Password}}","new":"three blue kettles"}""");
        Assert.Equal(HttpStatusCode.NoContent, changed.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(second));
        user = user with { Password = "three blue kettles" };

        foreach (var (method, body) in ((HttpMethod, string?)[])[(HttpMethod.Patch, """{"role":"viewer"}"""), (HttpMethod.Patch, """{"disabled":true}""")])
        {
            var token = await user.TokenAsync(host);
            Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(user.Tenant.Admin, method, $"api/v1/admin/users/{user.Id}", body)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
        }
        (await user.SignInAsync(host)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        await host.Api.SendAsync(user.Tenant.Admin, HttpMethod.Patch, $"api/v1/admin/users/{user.Id}", """{"disabled":false}""");
        var last = await user.TokenAsync(host);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(user.Tenant.Admin, HttpMethod.Delete, $"api/v1/admin/users/{user.Id}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(last));
    }

    [Fact]
    public async Task A_session_past_its_time_is_refused()
    {
        var user = await UserAccount.CreateAsync(host);
        var token = await user.TokenAsync(host);
        await host.Database.ScalarAsync<object>($"UPDATE user_sessions SET expires_at = now() - interval '1 second' WHERE user_id = '{user.Id}' RETURNING 1");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
    }

    [Fact]
    public async Task Of_too_many_sessions_the_oldest_ends()
    {
        var user = await UserAccount.CreateAsync(host);
        var oldest = await user.TokenAsync(host);
        for (var i = 0; i < 19; i++) await user.TokenAsync(host);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(oldest));
        var newest = await user.TokenAsync(host);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await StatusAsync(oldest), await StatusAsync(newest)));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("my Driftlock secret")]
    [InlineData("password of mine")]
    public async Task A_password_that_is_easily_guessed_is_refused_by_its_name(string password)
    {
        var tenant = await host.AddTenantAsync();
        var made = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"{{Guid.NewGuid():N}}@example.org","role":"viewer","password":"{{password}}"}""");
        made.IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("password");
    }

    [Fact]
    public async Task What_is_wrong_with_a_user_is_named()
    {
        var user = await UserAccount.CreateAsync(host);
        async Task<ApiAnswer> Create(string body) => await host.Api.SendAsync(user.Tenant.Admin, HttpMethod.Post, "api/v1/admin/users", body);
        (await Create($$"""{"email":"{{user.Email}}","role":"viewer"}""")).IsProblem(HttpStatusCode.Conflict, "email_taken");
        (await Create("""{"email":"not an address","role":"viewer"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("email");
        (await Create("""{"email":"a@example.org"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("role");
        (await Create("""{"email":"a@example.org","role":"operator"}""")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.Api.SendAsync(user.Tenant.Admin, HttpMethod.Post, "api/v1/auth/password", "{}")).IsProblem(HttpStatusCode.Conflict, "not_a_user");
        (await host.Api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", """{"email":"a@example.org"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("password");
    }

    [Fact]
    public async Task An_admin_does_not_lock_itself_out()
    {
        var user = await UserAccount.CreateAsync(host, "admin");
        var token = await user.TokenAsync(host);
        (await host.Api.SendAsync(token, HttpMethod.Patch, $"api/v1/admin/users/{user.Id}", """{"role":"viewer"}""")).IsProblem(HttpStatusCode.Conflict, "own_account");
        (await host.Api.SendAsync(token, HttpMethod.Delete, $"api/v1/admin/users/{user.Id}")).IsProblem(HttpStatusCode.Conflict, "own_account");
    }

    private async Task<HttpStatusCode> StatusAsync(string token) => (await host.Api.GetAsync(token, "api/v1/me")).Status;
}
