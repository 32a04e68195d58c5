using System.Net;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class IdempotencyTests(ApiHost host)
{
    private const string Keys = "api/v1/admin/api-keys";
    private const string Body = """{"name":"ci","role":"ingest"}""";

    [Fact]
    public async Task A_repeated_write_gets_the_first_answer_again_and_has_no_second_effect()
    {
        var tenant = await host.AddTenantAsync();
        var first = await PostAsync(tenant, "a-1", Body);
        var second = await PostAsync(tenant, "\"a-1\"", Body);
        Assert.Equal((HttpStatusCode.Created, first.Body), (second.Status, second.Body));
        Assert.Equal(first.Response.Headers.Location, second.Response.Headers.Location);
        Assert.Equal("true", Assert.Single(second.Response.Headers.GetValues("Idempotent-Replayed")));
        Assert.False(first.Response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(5, (await host.Api.GetAsync(tenant.Admin, Keys)).Ids.Length);
    }

    [Fact]
    public async Task The_same_key_with_another_body_or_address_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        await PostAsync(tenant, "a-1", Body);
        (await PostAsync(tenant, "a-1", """{"name":"other","role":"ingest"}""")).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", Body, headers: ("Idempotency-Key", "a-1"))).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task Of_many_at_once_one_is_carried_out()
    {
        var tenant = await host.AddTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(tenant, "a-1", Body)));
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.Body));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Body).Distinct());
        Assert.Equal(5, (await host.Api.GetAsync(tenant.Admin, Keys)).Ids.Length);
    }

    [Fact]
    public async Task Keys_of_different_callers_have_nothing_to_do_with_one_another()
    {
        var (alpha, beta) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var (first, second) = (await PostAsync(alpha, "a-1", Body), await PostAsync(beta, "a-1", Body));
        Assert.NotEqual(first.Body, second.Body);
        Assert.False(second.Response.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_refusal_is_remembered_too()
    {
        var tenant = await host.AddTenantAsync();
        (await PostAsync(tenant, "a-1", """{"role":"ingest"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
        var again = await PostAsync(tenant, "a-1", """{"role":"ingest"}""");
        again.IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
        Assert.True(again.Response.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_write_whose_process_died_is_done_again_only_where_it_had_no_effect()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var (key, committed) in ((string, string)[])[("died-before", "NULL"), ("died-after", "now()")])
        {
            await PostAsync(tenant, key, Body);
            await host.Database.ScalarAsync<object>(
                $"UPDATE idempotent_writes SET status_code = NULL, body = NULL, committed_at = {committed}, started_at = now() - interval '2 minutes' WHERE tenant_id = {tenant.Id} AND key = '{key}' RETURNING 1");
        }
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(tenant, "died-before", Body)).Status);
        (await PostAsync(tenant, "died-after", Body)).IsProblem(HttpStatusCode.Conflict, "answer_lost");
        Assert.Equal(7, (await host.Api.GetAsync(tenant.Admin, Keys)).Ids.Length);
    }

    [Fact]
    public async Task A_secret_in_a_remembered_answer_is_not_in_the_store_in_the_clear()
    {
        var tenant = await host.AddTenantAsync();
        var secret = (await PostAsync(tenant, "a-1", Body)).Json.GetProperty("secret").GetString()!;
        var rows = await host.Database.ScalarAsync<string>($"SELECT encode(body, 'escape') FROM idempotent_writes WHERE tenant_id = {tenant.Id}");
        Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has a space")]
    [InlineData("")]
    public async Task A_key_that_cannot_be_kept_is_refused_by_name(string key) =>
        (await PostAsync(await host.AddTenantAsync(), key, Body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("Idempotency-Key");

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        (await PostAsync(tenant, "a-1", $$"""{"name":"{{new string('x', 2 << 20)}}"}""")).IsProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    private Task<ApiAnswer> PostAsync(TestTenant tenant, string key, string body) =>
        host.Api.SendAsync(tenant.Admin, HttpMethod.Post, Keys, body, headers: ("Idempotency-Key", key));
}
