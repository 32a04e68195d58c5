using System.Text.Json.Nodes;
using Driftlock.Tests.Fixtures;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Driftlock.Tests.Offline;

/// <summary>Which tokens of a known issuer let their bearer in.</summary>
public sealed class BearerTokenTests : IAsyncLifetime
{
    /// <summary>Forgiven between two clocks, in seconds; and how far from that edge a token stays, so that a slow machine decides nothing.</summary>
    private const int Skew = 300, Margin = 30;

    private OidcIssuer _issuer = null!;
    private BearerApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OidcIssuer.StartNewAsync();
        _app = await BearerApp.StartAsync(_issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    public async Task A_good_token_lets_its_subject_in(string algorithm)
    {
        _issuer.AddKey(algorithm);
        (await AskAsync(Claims())).IsLetIn();
    }

    [Theory]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES512")]
    public async Task An_algorithm_that_is_not_on_the_list_is_refused_even_with_a_key_of_the_issuer(string algorithm)
    {
        var key = _issuer.AddKey(algorithm);
        (await _app.AskAsync(_issuer.Sign(Claims(), key))).IsRefused();
        // The key itself is known and read: its other tokens pass, where it can sign such.
        if (algorithm.StartsWith("PS", StringComparison.Ordinal)) (await _app.AskAsync(_issuer.Sign(Claims(), key, "PS256"))).IsLetIn();
    }

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        var token = _issuer.Sign(Claims()).Split('.');
        var other = _issuer.Sign(Claims("mallory")).Split('.');
        (await _app.AskAsync($"{token[0]}.{other[1]}.{token[2]}")).IsRefused();
        (await _app.AskAsync($"{token[0]}.{token[1]}.")).IsRefused();
        (await _app.AskAsync($"{token[0]}.{token[1]}.{token[2]}")).IsLetIn();
    }

    [Fact]
    public async Task A_strangers_key_is_refused_under_the_name_of_the_issuers_key_and_when_the_token_brings_it_along()
    {
        using var stranger = new SigningKey("RS256");
        (await _app.AskAsync(_issuer.Sign(Claims(), stranger, changeHeader: header => header["kid"] = _issuer.Key.Id))).IsRefused();
        (await _app.AskAsync(_issuer.Sign(Claims(), stranger, changeHeader: header => header["jwk"] = stranger.ToPublicJwk()))).IsRefused();
        (await _app.AskAsync(_issuer.Sign(Claims(), stranger, changeHeader: header => header.Remove("kid")))).IsRefused();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task A_token_without_signature_is_refused(string none) => (await _app.AskAsync(CompactToken.Unsecured(Claims(), none))).IsRefused();

    [Fact]
    public async Task The_public_key_is_no_shared_secret() => (await _app.AskAsync(CompactToken.SignedWithPublicKey(_issuer.Key, Claims()))).IsRefused();

    [Fact]
    public async Task A_token_that_names_no_key_is_tried_with_the_issuers_keys() =>
        (await _app.AskAsync(_issuer.Sign(Claims(), changeHeader: header => header.Remove("kid")))).IsLetIn();

    [Theory]
    [InlineData("exp", -Skew + Margin, true)]
    [InlineData("exp", -Skew - Margin, false)]
    [InlineData("nbf", Skew - Margin, true)]
    [InlineData("nbf", Skew + Margin, false)]
    public async Task Clocks_may_differ_by_five_minutes(string claim, int secondsFromNow, bool good)
    {
        var claims = Claims();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (claims["nbf"], claims["exp"]) = (now - 3600, now + 3600);
        claims[claim] = now + secondsFromNow;
        var answer = await AskAsync(claims);
        if (good) answer.IsLetIn();
        else answer.IsRefused();
    }

    [Theory]
    [InlineData("exp", null)]
    [InlineData("exp", "\"tomorrow\"")]
    [InlineData("exp", "-1")]
    [InlineData("iss", null)]
    [InlineData("iss", "\"https://issuer.example\"")]
    [InlineData("iss", "7")]
    [InlineData("aud", null)]
    [InlineData("aud", "\"other\"")]
    [InlineData("aud", "\"driftlock2\"")]
    [InlineData("aud", "[]")]
    [InlineData("aud", """["other","another"]""")]
    public async Task A_claim_that_is_missing_or_means_another_is_refused(string claim, string? json)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (json is not null) claims[claim] = JsonNode.Parse(json);
        (await AskAsync(claims)).IsRefused();
    }

    [Fact]
    public async Task One_of_several_audiences_is_enough()
    {
        var claims = Claims();
        claims["aud"] = new JsonArray("other", BearerApp.Audience);
        (await AskAsync(claims)).IsLetIn();
    }

    [Fact]
    public async Task A_token_longer_than_16_KiB_is_refused_however_good()
    {
        var claims = Claims();
        claims["padding"] = "";
        claims["padding"] = new string('x', (BearerApp.LongestToken - _issuer.Sign(claims).Length) * 3 / 4);
        var longest = _issuer.Sign(claims);
        Assert.InRange(longest.Length, BearerApp.LongestToken - 8, BearerApp.LongestToken);
        (await _app.AskAsync(longest)).IsLetIn();

        claims["padding"] += new string('x', 12);
        (await AskAsync(claims)).IsRefused();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30.e30")]
    [InlineData("\u00e9\u00e9.\u00e9.\u00e9")]
    [InlineData("%00.%00.%00")]
    public async Task Garbage_is_refused(string token) => (await _app.AskAsync(token)).IsRefused();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("""{"exp":1e999}""")]
    public async Task Garbage_is_refused_even_when_the_issuer_signed_it(string payload) =>
        (await _app.AskAsync(_issuer.Sign(System.Text.Encoding.UTF8.GetBytes(payload)))).IsRefused();

    [Fact]
    public async Task The_service_has_its_say_after_a_token_is_found_good_and_hears_of_a_bad_one()
    {
        var heard = new List<string>();
        var events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (context.Principal!.HasClaim("sub", "mallory")) context.Fail("not this one");
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                heard.Add(context.Exception.GetType().Name);
                return Task.CompletedTask;
            },
            OnChallenge = context =>
            {
                heard.Add(context.AuthenticateFailure is null ? "no token" : "challenge");
                return Task.CompletedTask;
            },
        };
        await using var app = await BearerApp.StartAsync(_issuer, options => options.Events = events);

        (await app.AskAsync(_issuer.Sign(Claims()))).IsLetIn();
        Assert.Empty(heard);
        (await app.AskAsync(_issuer.Sign(Claims("mallory")))).IsRefused();
        Assert.Equal(["challenge"], heard);
        var expired = Claims();
        (expired["nbf"], expired["exp"]) = (1, 2);
        (await app.AskAsync(_issuer.Sign(expired))).IsRefused();
        Assert.Equal(["challenge", "SecurityTokenExpiredException", "challenge"], heard);
        (await app.AskAsync("")).IsRefused();
        Assert.Equal("no token", heard[^1]);
    }

    private JsonObject Claims(string subject = "ada") => _issuer.Claims(BearerApp.Audience, subject);

    private Task<BearerAnswer> AskAsync(JsonObject claims) => _app.AskAsync(_issuer.Sign(claims));
}
