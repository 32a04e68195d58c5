using System.Text.Json;
using Driftlock.Web.ApiClient;
using Microsoft.AspNetCore.Http;

namespace Driftlock.Tests.Web;

public sealed class ApiClientTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_users_key_and_no_other_is_sent_with_the_filters()
    {
        string? seen = null;
        await using var api = await FakeApi.StartAsync(c =>
        {
            seen = $"{c.Request.Headers.Authorization} {c.Request.Path}{c.Request.QueryString}";
            return c.Response.WriteAsync("""{"items":[],"nextCursor":"n"}""");
        });
        var page = await api.Client.AnomaliesAsync(new AnomalyFilter { Severity = "high" }, 50, "c1", Ending);
        Assert.Equal("n", page.Value?.NextCursor);
        Assert.Equal("Bearer dlk_test /api/v1/anomalies?severity=high&limit=50&cursor=c1", seen);
    }

    [Fact]
    public async Task An_anomaly_is_read_whole_and_unknown_fields_do_no_harm()
    {
        await using var api = await FakeApi.StartAsync(c => c.Response.WriteAsync(AnomalyJson.Text("disk failed", "[]", "open")));
        var anomaly = (await api.Client.AnomalyAsync(AnomalyJson.Id, Ending)).Value!;
        Assert.Equal((0.00012, 3, 182.4, 1240), (anomaly.PValue, anomaly.Explanation!.Lines.Count, anomaly.Calibration!.Statistics[0].Value, anomaly.Budget!.TestsBefore));
    }

    [Theory]
    [InlineData(401, ApiProblemKind.KeyRefused)]
    [InlineData(403, ApiProblemKind.NotAllowed)]
    [InlineData(404, ApiProblemKind.NotFound)]
    [InlineData(409, ApiProblemKind.Conflict)]
    [InlineData(429, ApiProblemKind.TooMany)]
    [InlineData(400, ApiProblemKind.Rejected)]
    [InlineData(500, ApiProblemKind.Unreachable)]
    [InlineData(503, ApiProblemKind.Unreachable)]
    public async Task An_error_keeps_its_kind_its_words_and_its_trace(int status, ApiProblemKind kind)
    {
        await using var api = await FakeApi.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            c.Response.ContentType = "application/problem+json";
            return c.Response.WriteAsync("""{"title":"t","detail":"what happened","code":"some_code","traceId":"4bf9"}""");
        });
        var problem = (await api.Client.SummaryAsync(Ending)).Problem;
        Assert.Equal(new ApiProblem(kind, status, "what happened", "some_code", "4bf9"), problem);
    }

    [Fact]
    public async Task An_error_without_a_readable_body_is_an_error_all_the_same()
    {
        await using var api = await FakeApi.StartAsync(c =>
        {
            c.Response.StatusCode = 500;
            c.Response.ContentType = "application/problem+json";
            return c.Response.WriteAsync("<html>");
        });
        Assert.Equal(new ApiProblem(ApiProblemKind.Unreachable, 500), (await api.Client.SummaryAsync(Ending)).Problem);
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_too_slow()
    {
        await using var api = await FakeApi.StartAsync(c => Task.Delay(Timeout.Infinite, c.RequestAborted), TimeSpan.FromMilliseconds(200));
        Assert.Equal(ApiProblemKind.TooSlow, (await api.Client.SummaryAsync(Ending)).Problem?.Kind);
    }

    [Fact]
    public async Task A_caller_who_left_gets_a_cancellation_and_no_answer()
    {
        await using var api = await FakeApi.StartAsync(c => Task.Delay(Timeout.Infinite, c.RequestAborted));
        using var gone = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => api.Client.SummaryAsync(gone.Token));
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        var api = await FakeApi.StartAsync(c => c.Response.WriteAsync("{}"));
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1") };
        await api.DisposeAsync();
        var answer = await new DriftlockApi(http, new Nobody()).SummaryAsync(Ending);
        Assert.Equal(ApiProblemKind.Unreachable, answer.Problem?.Kind);
    }

    [Theory]
    [InlineData("<html>not json")]
    [InlineData("null")]
    [InlineData("""{"items":[{"no":"id"}]}""")]
    public async Task An_answer_of_another_kind_is_unreadable(string body)
    {
        await using var api = await FakeApi.StartAsync(c => c.Response.WriteAsync(body));
        Assert.Equal(ApiProblemKind.Unreadable, (await api.Client.AnomaliesAsync(new AnomalyFilter(), 1, null, Ending)).Problem?.Kind);
    }

    [Fact]
    public async Task A_status_is_changed_by_a_patch_with_a_length_and_a_key_against_repetition()
    {
        string? seen = null;
        await using var api = await FakeApi.StartAsync(async c =>
        {
            var body = await JsonDocument.ParseAsync(c.Request.Body);
            seen = $"{c.Request.Method} {c.Request.Path} {c.Request.ContentLength > 0} {c.Request.Headers["Idempotency-Key"].Count} {body.RootElement}";
            await c.Response.WriteAsync(AnomalyJson.Text("x", "[]", "acknowledged"));
        });
        var answer = await api.Client.SetStatusAsync(AnomalyJson.Id, "acknowledged", "mine", Ending);
        Assert.Equal("acknowledged", answer.Value?.Status);
        Assert.Equal($$"""PATCH /api/v1/anomalies/{{AnomalyJson.Id}}/status True 1 {"status":"acknowledged","notes":"mine"}""", seen);
    }

    private sealed class Nobody : ICaller
    {
        public ValueTask<string?> KeyAsync() => ValueTask.FromResult<string?>(null);
    }
}
