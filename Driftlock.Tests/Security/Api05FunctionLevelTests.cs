using System.Net;
using Driftlock.Storage.Model;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API2 and API5: every route that the service lists refuses whoever has no key, or one of too little weight.</summary>
[Collection(SharedApi.Name)]
public sealed class Api05FunctionLevelTests(ApiHost host)
{
    private static readonly string[] Anonymous = ["GET /version", "GET /health", "GET /alive", "GET /openapi/v1.json", "GET /api/v1/evidence/keys", "POST /api/v1/auth/sign-in"];

    private static readonly string[] Configuring = ["/config", "/profile", "/anchor/pin", "/anchor/supersede"];

    private static readonly string[] Operating = ["/api/v1/admin/tenants", "/api/v1/admin/signing-keys", "/api/v1/admin/performance"];

    [Fact]
    public async Task Every_route_refuses_without_a_key_or_with_a_wrong_one()
    {
        var open = new List<string>();
        foreach (var operation in (await OpenApiDocument.OperationsAsync(host.Api)).Except(Anonymous))
        {
            foreach (var key in (string?[])[null, "dlk_0000000000000000000000000000000000000000", "' OR 1=1 --"])
            {
                var answer = await CallAsync(key, operation);
                if (answer.Status != HttpStatusCode.Unauthorized) open.Add($"{operation} with {key ?? "no key"}: {(int)answer.Status}");
                Assert.Equal("Bearer", Assert.Single(answer.Response.Headers.WwwAuthenticate).Scheme);
            }
        }
        Assert.Empty(open);
    }

    [Theory]
    [InlineData("ingest", Scopes.Ingest)]
    [InlineData("read", Scopes.Read)]
    [InlineData("analyst", Scopes.Read | Scopes.Write)]
    [InlineData("admin", Scopes.Ingest | Scopes.Read | Scopes.Write | Scopes.Admin)]
    public async Task A_role_may_do_what_its_scopes_say_and_nothing_else(string role, Scopes scopes)
    {
        var tenant = await host.AddTenantAsync();
        var key = role switch { "ingest" => tenant.Ingest, "read" => tenant.Read, "analyst" => tenant.Analyst, _ => tenant.Admin };
        var wrong = new List<string>();
        foreach (var operation in (await OpenApiDocument.OperationsAsync(host.Api)).Except(Anonymous).Except(["GET /api/v1/stream/anomalies"]))
        {
            var answer = await CallAsync(key, operation);
            var isAllowed = Needed(operation) is not { } needed || scopes.HasFlag(needed);
            if ((answer.Status == HttpStatusCode.Forbidden) == isAllowed) wrong.Add($"{operation}: {(int)answer.Status}");
        }
        Assert.Empty(wrong);
    }

    /// <summary>The scope that an operation needs; null: any key will do.</summary>
    private static Scopes? Needed(string operation)
    {
        var (method, path) = operation.Split(' ') is [var first, var second] ? (first, second) : throw new ArgumentException(operation);
        if (path is "/api/v1/me" || path.StartsWith("/api/v1/auth/", StringComparison.Ordinal)) return null;
        if (path is "/api/v1/events" or "/api/v1/events/file" || path.StartsWith("/v1/", StringComparison.Ordinal)) return Scopes.Ingest;
        if (Operating.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal))) return Scopes.Operate;
        if (path.StartsWith("/api/v1/admin/", StringComparison.Ordinal)) return Scopes.Admin;
        if (method == "GET" || path == "/api/v1/playground") return Scopes.Read;
        return Configuring.Any(suffix => path.EndsWith(suffix, StringComparison.Ordinal)) ? Scopes.Admin : Scopes.Write;
    }

    private Task<ApiAnswer> CallAsync(string? key, string operation)
    {
        var (method, path) = operation.Split(' ') is [var first, var second] ? (first, second) : throw new ArgumentException(operation);
        var id = path.StartsWith("/api/v1/admin/tenants/", StringComparison.Ordinal) ? "7" : "0190163d-8694-739b-aea5-966c26f8ad91";
        var address = path.TrimStart('/').Replace("{id}", id, StringComparison.Ordinal);
        return host.Api.SendAsync(key, new HttpMethod(method), address, method == "GET" ? null : "{}");
    }
}
