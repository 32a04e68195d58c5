using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// An OpenID Connect issuer of the test's own: Kestrel on a loopback port of its own, a discovery document, a key set, and tokens signed
/// with its keys. It can change its keys, go away and come back on the same port. It is made stopped.
/// </summary>
public sealed class OidcIssuer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<SigningKey> _keys = [];
    private volatile SigningKey[] _published = [];
    private WebApplication? _app;
    private int _documentsServed;

    public OidcIssuer(string algorithm = "RS256")
    {
        Authority = $"http://127.0.0.1:{FreePort.Take()}";
        Rotate(algorithm);
    }

    /// <summary>Both the address of the issuer and its name in tokens, without a slash at the end.</summary>
    public string Authority { get; }

    /// <summary>The newest of the published keys: tokens are signed with it.</summary>
    public SigningKey Key => _published[^1];

    /// <summary>How often the discovery document was read.</summary>
    public int DocumentsServed => Volatile.Read(ref _documentsServed);

    /// <summary>Signs with a new key from now on and publishes no other; tokens of the old one are worth nothing to whoever reads the key set anew.</summary>
    public SigningKey Rotate(string algorithm = "RS256")
    {
        _published = [Remember(algorithm)];
        return Key;
    }

    /// <summary>Publishes one more key, and signs with it.</summary>
    public SigningKey AddKey(string algorithm)
    {
        _published = [.. _published, Remember(algorithm)];
        return Key;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Authority);
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () =>
        {
            Interlocked.Increment(ref _documentsServed);
            return Results.Content(Document().ToJsonString(), "application/json");
        });
        app.MapGet("/keys", () => Results.Content(KeySet().ToJsonString(), "application/json"));
        using var patience = new CancellationTokenSource(Patience);
        await app.StartAsync(patience.Token);
        _app = app;
    }

    /// <summary>A running issuer, on another port where the first was taken meanwhile.</summary>
    public static async Task<OidcIssuer> StartNewAsync(string algorithm = "RS256")
    {
        for (var attempt = 1; ; attempt++)
        {
            var issuer = new OidcIssuer(algorithm);
            try
            {
                await issuer.StartAsync();
                return issuer;
            }
            catch (Exception e) when (attempt < 3 && e is IOException or SocketException)
            {
                await issuer.DisposeAsync();
            }
        }
    }

    public async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        // Readers keep their connections open; they are cut rather than waited for.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    /// <summary>The claims of a token that is good for ten minutes (RFC 7519, 4.1).</summary>
    public JsonObject Claims(string audience, string subject = "ada")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = Authority, ["aud"] = audience, ["sub"] = subject, ["iat"] = now, ["nbf"] = now, ["exp"] = now + 600 };
    }

    /// <summary>A token of these claims, signed by the newest key unless the test names another key, algorithm or header field.</summary>
    public string Sign(JsonObject claims, SigningKey? key = null, string? algorithm = null, Action<JsonObject>? changeHeader = null)
    {
        var signer = key ?? Key;
        var name = algorithm ?? signer.Algorithm;
        return CompactToken.Write(Header(signer, name, changeHeader), claims, content => signer.Sign(content, name));
    }

    /// <summary>A rightly signed token of any content at all.</summary>
    public string Sign(byte[] payload) => CompactToken.Write(Header(Key, Key.Algorithm, null), payload, content => Key.Sign(content, Key.Algorithm));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _keys.ForEach(key => key.Dispose());
    }

    private static JsonObject Header(SigningKey key, string algorithm, Action<JsonObject>? change)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = key.Id };
        change?.Invoke(header);
        return header;
    }

    private SigningKey Remember(string algorithm)
    {
        var key = new SigningKey(algorithm);
        _keys.Add(key);
        return key;
    }

    /// <summary>What OpenID Connect Discovery 1.0, 3, requires of every issuer.</summary>
    private JsonObject Document() => new()
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["jwks_uri"] = $"{Authority}/keys",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    private JsonObject KeySet() => new() { ["keys"] = new JsonArray([.. _published.Select(key => key.ToPublicJwk())]) };
}
