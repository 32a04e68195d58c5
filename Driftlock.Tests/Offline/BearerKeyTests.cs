using System.Net;
using System.Net.Sockets;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.Offline;

/// <summary>Where the keys come from: the issuer's documents, read when needed, kept, and read again when the issuer changes its keys.</summary>
public sealed class BearerKeyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_key_of_the_issuer_is_found_without_a_restart_and_the_old_one_ends()
    {
        await using var issuer = await OidcIssuer.StartNewAsync();
        await using var app = await BearerApp.StartAsync(issuer, options => options.RefreshInterval = BearerApp.ShortestRefresh);
        var old = issuer.Key;
        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).IsLetIn();

        issuer.Rotate("ES256");

        await Until.TrueAsync(
            async () => (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).Status == 200, Patience, "the new key is found", Cancellation);
        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience), old))).IsRefused();
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_cannot_make_the_service_ask_the_issuer_again_and_again()
    {
        await using var issuer = await OidcIssuer.StartNewAsync();
        await using var app = await BearerApp.StartAsync(issuer);
        using var stranger = new SigningKey("RS256");

        for (var i = 0; i < 40; i++)
        {
            (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience), stranger, changeHeader: header => header["kid"] = $"unknown-{i}"))).IsRefused();
        }

        // The first look, and one for all the unknown keys of five minutes.
        Assert.InRange(issuer.DocumentsServed, 1, 2);
        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).IsLetIn();
    }

    [Fact]
    public async Task An_issuer_that_is_down_at_the_start_is_found_when_it_comes_back()
    {
        await using var issuer = new OidcIssuer();
        await using var app = await BearerApp.StartAsync(issuer);
        var token = issuer.Sign(issuer.Claims(BearerApp.Audience));
        (await app.AskAsync(token)).IsRefused();

        await issuer.StartAsync();

        await Until.TrueAsync(async () => (await app.AskAsync(token)).Status == 200, Patience, "the issuer is found", Cancellation);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_keeps_callers_no_longer_than_it_may()
    {
        await using var issuer = new OidcIssuer();
        // The system takes the connections; nobody reads them.
        using var silent = new TcpListener(IPAddress.Loopback, new Uri(issuer.Authority).Port);
        silent.Start();
        await using var app = await BearerApp.StartAsync(issuer, options => options.BackchannelTimeout = TimeSpan.FromSeconds(1));
        var token = issuer.Sign(issuer.Claims(BearerApp.Audience));

        // The app's own patience with a caller is longer than the time given here and shorter than the package's default.
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => app.AskAsync(token)));

        Assert.All(answers, answer => answer.IsRefused());
    }

    [Fact]
    public async Task An_issuer_that_goes_away_locks_nobody_out_whose_key_is_known()
    {
        await using var issuer = await OidcIssuer.StartNewAsync();
        await using var app = await BearerApp.StartAsync(issuer, options => options.RefreshInterval = BearerApp.ShortestRefresh);
        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).IsLetIn();
        using var stranger = new SigningKey("RS256");

        await issuer.StopAsync();

        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience), stranger))).IsRefused();
        (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).IsLetIn();
    }

    [Fact]
    public async Task An_issuer_without_https_is_refused_unless_the_service_allows_it()
    {
        await using var issuer = await OidcIssuer.StartNewAsync();
        await using var app = await BearerApp.StartAsync(issuer, options => options.RequireHttpsMetadata = true);

        var told = Assert.Throws<InvalidOperationException>(() => app.Options.Get("Bearer"));

        Assert.Contains("HTTPS", told.Message, StringComparison.Ordinal);
        Assert.Equal(500, (await app.AskAsync(issuer.Sign(issuer.Claims(BearerApp.Audience)))).Status);
        Assert.Equal(0, issuer.DocumentsServed);
    }
}
