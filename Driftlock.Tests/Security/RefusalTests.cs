using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API2 and API5: every route that the service lists refuses whoever has no key, or one of too little weight.</summary>
[Collection(SharedApi.Name)]
public sealed class RefusalTests(ApiHost host)
{
    private static readonly string[] Anonymous = ["GET /version", "GET /health", "GET /alive", "GET /openapi/v1.json"];

    private static readonly string[] IngestMay = ["POST /api/v1/events", "POST /v1/logs", "POST /v1/metrics", "POST /v1/traces", "GET /api/v1/me"];

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

    [Fact]
    public async Task A_key_that_may_send_may_do_nothing_else()
    {
        var tenant = await host.AddTenantAsync();
        var open = new List<string>();
        foreach (var operation in (await OpenApiDocument.OperationsAsync(host.Api)).Except(Anonymous).Except(IngestMay))
        {
            var answer = await CallAsync(tenant.Ingest, operation);
            if (answer.Status != HttpStatusCode.Forbidden) open.Add($"{operation}: {(int)answer.Status}");
        }
        Assert.Empty(open);
    }

    [Fact]
    public async Task A_key_that_may_read_may_only_get()
    {
        var tenant = await host.AddTenantAsync();
        var open = new List<string>();
        foreach (var operation in (await OpenApiDocument.OperationsAsync(host.Api)).Where(operation => !operation.StartsWith("GET ", StringComparison.Ordinal)))
        {
            var answer = await CallAsync(tenant.Read, operation);
            if (answer.Status != HttpStatusCode.Forbidden) open.Add($"{operation}: {(int)answer.Status}");
        }
        Assert.Empty(open);
    }

    private Task<ApiAnswer> CallAsync(string? key, string operation)
    {
        var (method, path) = operation.Split(' ') is [var first, var second] ? (first, second) : throw new ArgumentException(operation);
        var address = path.TrimStart('/').Replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91", StringComparison.Ordinal);
        return host.Api.SendAsync(key, new HttpMethod(method), address, method == "GET" ? null : "{}");
    }
}
