using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Accounts;

[Collection(SharedApi.Name)]
public sealed class SecondFactorTests(ApiHost host)
{
    private const string Address = "api/v1/auth/second-factor";

    [Fact]
    public async Task Once_it_is_on_a_password_alone_does_not_sign_in_and_a_code_does_once()
    {
        var (user, token, key, _) = await TurnOnAsync();
        (await user.SignInAsync(host)).IsProblem(HttpStatusCode.Unauthorized, "second_factor_required");
        (await user.SignInAsync(host, code: "000000")).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        var code = Totp.Code(key, 1);
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host, code: code)).Status);
        (await user.SignInAsync(host, code: code)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");

        (await host.Api.SendAsync(token, HttpMethod.Delete, Address, """{"password":"wrong"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("password");
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(token, HttpMethod.Delete, Address, $$"""{"password":"{{user.Password}}"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host)).Status);
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once()
    {
        var (user, _, _, recovery) = await TurnOnAsync();
        Assert.Equal(10, recovery.Distinct().Count());
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host, code: recovery[3])).Status);
        (await user.SignInAsync(host, code: recovery[3])).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host, code: recovery[4])).Status);
    }

    [Fact]
    public async Task A_key_counts_only_once_a_code_was_confirmed()
    {
        var user = await UserAccount.CreateAsync(host);
        var token = await user.TokenAsync(host);
        await host.Api.SendAsync(token, HttpMethod.Post, Address);
        (await host.Api.SendAsync(token, HttpMethod.Post, $"{Address}/confirm", """{"code":"000000"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("code");
        Assert.Equal(HttpStatusCode.OK, (await user.SignInAsync(host)).Status);
    }

    [Fact]
    public async Task The_store_holds_neither_the_key_nor_a_recovery_code_in_the_clear()
    {
        var (user, _, key, recovery) = await TurnOnAsync();
        var rows = await host.Database.ScalarAsync<string>($"SELECT string_agg(value, ' ') FROM user_tokens WHERE user_id = '{user.Id}'");
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(key, rows, StringComparison.OrdinalIgnoreCase);
        Assert.All(recovery, code => Assert.DoesNotContain(code, rows, StringComparison.Ordinal));
    }

    private async Task<(UserAccount User, string Token, string Key, string[] Recovery)> TurnOnAsync()
    {
        var user = await UserAccount.CreateAsync(host);
        var token = await user.TokenAsync(host);
        var begun = (await host.Api.SendAsync(token, HttpMethod.Post, Address)).Json;
        var key = begun.GetProperty("key").GetString()!;
        Assert.Contains($"secret={key}", begun.GetProperty("uri").GetString(), StringComparison.Ordinal);
        var on = await host.Api.SendAsync(token, HttpMethod.Post, $"{Address}/confirm", $$"""{"code":"{{Totp.Code(key)}}"}""");
        Assert.Equal(HttpStatusCode.OK, on.Status);
        return (user, token, key, [.. on.Json.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)]);
    }
}
