using System.Net;
using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>POST /api/v1/events: for people without OpenTelemetry.</summary>
[Collection(SharedApi.Name)]
public sealed class EventsTests(ApiHost host)
{
    private const string Events = "api/v1/events";

    [Theory]
    [InlineData("""{"service":"shop","message":"one"}""", 1)]
    [InlineData("""[{"service":"shop","message":"one"},{"service":"cart","message":"two"}]""", 2)]
    [InlineData("{\"service\":\"shop\",\"message\":\"one\"}\n{\"service\":\"shop\",\"message\":\"two\"}\n\n{\"service\":\"shop\",\"message\":\"three\"}", 3)]
    [InlineData("[]", 0)]
    public async Task An_object_an_array_and_lines_are_taken(string body, int events)
    {
        var tenant = await host.AddTenantAsync();
        var answer = await SendAsync(tenant.Ingest, body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((events, 0, false), Figures(answer));
        Assert.Equal(events, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("""[{"service":"shop","message":"good"},{"service":"shop"},{"service":"shop","message":"good","timestamp":"soon"},7]""", new[] { 1, 2, 3 })]
    [InlineData("{\"service\":\"shop\",\"message\":\"good\"}\n{\"service\":\n{\"message\":\"whose?\"}", new[] { 1, 2 })]
    public async Task The_good_ones_are_taken_and_each_bad_one_is_named(string body, int[] bad)
    {
        var tenant = await host.AddTenantAsync();
        var answer = await SendAsync(tenant.Ingest, body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((1, bad.Length, false), Figures(answer));
        var errors = answer.Json.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(bad, errors.Select(error => error.GetProperty("index").GetInt32()));
        Assert.All(errors, error => Assert.NotEmpty(error.GetProperty("message").GetString()!));
        Assert.Equal(1, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("\"text\"")]
    [InlineData("[{\"service\":\"shop\",\"message\":\"good\"}] and more")]
    public async Task A_body_of_no_form_is_refused_as_a_whole(string body)
    {
        var tenant = await host.AddTenantAsync();
        (await SendAsync(tenant.Ingest, body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task A_retry_with_its_idempotency_key_is_recognised_and_without_one_it_is_meant()
    {
        var tenant = await host.AddTenantAsync();
        const string body = """{"service":"shop","message":"paid"}""";
        Assert.Equal((1, 0, false), Figures(await SendAsync(tenant.Ingest, body, "k1")));
        Assert.Equal((1, 0, true), Figures(await SendAsync(tenant.Ingest, body, "k1")));
        Assert.Equal((1, 0, false), Figures(await SendAsync(tenant.Ingest, body, "k2")));
        await SendAsync(tenant.Ingest, body);
        await SendAsync(tenant.Ingest, body);
        Assert.Equal(4, await host.Database.EventsInLogAsync(tenant));
        (await SendAsync(tenant.Ingest, body, new string('k', 256))).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("Idempotency-Key");
    }

    [Fact]
    public async Task An_idempotency_key_that_comes_with_another_body_loses_nothing()
    {
        var tenant = await host.AddTenantAsync();
        await SendAsync(tenant.Ingest, """{"service":"shop","message":"paid"}""", "k");
        var other = await SendAsync(tenant.Ingest, """[{"service":"shop","message":"a"},{"service":"shop","message":"b"}]""", "k");
        // Either it is refused, or what is said to be accepted is there.
        var accepted = other.Status == HttpStatusCode.OK ? other.Json.GetProperty("accepted").GetInt32() : 0;
        Assert.Equal(1 + accepted, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task Errors_that_are_listed_are_at_most_a_hundred_and_all_are_counted()
    {
        var tenant = await host.AddTenantAsync();
        var answer = await SendAsync(tenant.Ingest, "[" + string.Join(',', Enumerable.Repeat("{}", 150)) + "]");
        Assert.Equal((0, 150, false), Figures(answer));
        Assert.Equal(100, answer.Json.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task A_key_that_reads_may_not_send() =>
        (await SendAsync((await host.AddTenantAsync()).Read, "{}")).IsProblem(HttpStatusCode.Forbidden, "forbidden");

    private Task<ApiAnswer> SendAsync(string key, string body, string? idempotencyKey = null) =>
        host.Api.SendAsync(key, HttpMethod.Post, Events, body, headers: idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)]);

    private static (int Accepted, int Rejected, bool Repeated) Figures(ApiAnswer answer)
    {
        JsonElement json = answer.Json;
        return (json.GetProperty("accepted").GetInt32(), json.GetProperty("rejected").GetInt32(), json.GetProperty("repeated").GetBoolean());
    }
}
