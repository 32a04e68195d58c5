using System.Net;

namespace Driftlock.Tests.Api;

/// <summary>What the service says about itself.</summary>
[Collection(SharedApi.Name)]
public sealed class ServiceTests(ApiHost host)
{
    [Fact]
    public async Task The_version_names_product_and_engine_to_anyone()
    {
        var version = (await host.Api.GetAsync(null, "version")).Json;
        Assert.Equal("driftlock", version.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", version.GetProperty("version").GetString());
        Assert.Equal(Driftlock.Cbad.PartitionEngine.Version, version.GetProperty("engine").GetString());
    }

    [Theory]
    [InlineData("health")]
    [InlineData("alive")]
    public async Task Health_is_one_word_to_anyone_in_production_too(string path)
    {
        var answer = await host.Api.GetAsync(null, path);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), (answer.Status, answer.Body));
        Assert.False(answer.Response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task An_unknown_address_is_a_problem_too()
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Read, "api/v1/nothing")).IsProblem(HttpStatusCode.NotFound, "not_found");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, "api/v1/anomalies", "{}")).IsProblem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", "x", "text/plain"))
            .IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task A_setting_out_of_range_stops_the_start_and_names_its_key()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ApiServer.StartAsync(host.Database.ConnectionString, ("Ingest__RequestBytes", "1"), ("Live__Clients", "0")));
        Assert.Contains("Ingest:RequestBytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Live:Clients", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_every_route()
    {
        string[] documented = [.. await OpenApiDocument.OperationsAsync(host.Api)];
        string[] promised =
        [
            "GET /api/v1/anomalies", "GET /api/v1/anomalies/{id}", "GET /api/v1/anomalies/{id}/evidence", "PATCH /api/v1/anomalies/{id}/status",
            "GET /api/v1/streams", "GET /api/v1/streams/{id}", "GET /api/v1/analytics/summary", "GET /api/v1/stream/anomalies",
            "POST /api/v1/events", "POST /v1/logs", "POST /v1/metrics", "POST /v1/traces",
            "GET /api/v1/admin/api-keys", "POST /api/v1/admin/api-keys", "DELETE /api/v1/admin/api-keys/{id}", "GET /api/v1/me", "GET /version",
        ];
        Assert.Empty(promised.Except(documented));
    }
}
