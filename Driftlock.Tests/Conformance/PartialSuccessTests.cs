using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>
/// OTLP 1.11, "Partial Success": 200, the number that was rejected, and why. Such an answer is never retried, so all that can be taken
/// is.
/// </summary>
[Collection(SharedLimitedApi.Name)]
public sealed class PartialSuccessTests(LimitedApi host)
{
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task What_is_taken_is_in_the_log_and_what_is_not_is_counted_with_a_message(Transport transport, Signal signal)
    {
        var tenant = await host.Database.AddTenantAsync();
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal, "known"), signal)).IsFullSuccess(transport);
        var (again, further) = (OtlpJson.Three(signal, "known"), OtlpJson.Three(signal, "further"));
        var both = again[..^2] + "," + further[(further.IndexOf('[', StringComparison.Ordinal) + 1)..];
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, both, signal);
        Assert.True(answer.IsSuccess, answer.ToString());
        Assert.Equal((3, Ways.ContentType(transport), null), (answer.Rejected, answer.ContentType, answer.RetryAfter));
        Assert.Contains("the tenant has its 1 streams", answer.Message, StringComparison.Ordinal);
        Assert.Equal(6, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_request_of_which_nothing_can_be_taken_is_a_partial_success_too(Transport transport, Signal signal)
    {
        var tenant = await host.Database.AddTenantAsync();
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal, "known"), signal)).IsFullSuccess(transport);
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal, "further"), signal);
        Assert.Equal((true, 3L), (answer.IsSuccess, answer.Rejected));
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task An_item_that_cannot_be_read_is_rejected_alone_and_the_message_says_why(Transport transport)
    {
        var tenant = await host.Database.AddTenantAsync();
        const string spans = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[
              {"name":"charge","traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"},
              {"name":"charge","traceId":"5b8e","spanId":"eee19b7ec3c1b175"}]}]}]}
            """;
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, spans, Signal.Traces);
        Assert.Equal((true, 1L), (answer.IsSuccess, answer.Rejected));
        Assert.Contains("id", answer.Message, StringComparison.Ordinal);
        tenant = await host.Database.AddTenantAsync();
        const string points = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[
              {"timeUnixNano":"1772600000000000000","count":"1","sum":1,"bucketCounts":["1"],"explicitBounds":[1,2]},
              {"timeUnixNano":"1772600000000000000","count":"1","sum":1,"bucketCounts":["1","0"],"explicitBounds":[1]}]}}]}]}]}
            """;
        answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, points, Signal.Metrics);
        Assert.Equal((true, 1L), (answer.IsSuccess, answer.Rejected));
        Assert.Contains("2 bounds and 1 bucket counts", answer.Message, StringComparison.Ordinal);
        Assert.Equal(1, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("/v1/logs", Signal.Logs, "rejectedLogRecords")]
    [InlineData("/v1/metrics", Signal.Metrics, "rejectedDataPoints")]
    [InlineData("/v1/traces", Signal.Traces, "rejectedSpans")]
    public async Task In_JSON_the_count_has_the_name_of_its_signal_and_is_a_string(string path, Signal signal, string name)
    {
        var tenant = await host.Database.AddTenantAsync();
        await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Three(signal, "known"), signal);
        var further = Encoding.UTF8.GetBytes(OtlpJson.Three(signal, "further"));
        using var answer = await HttpCall.PostAsync(host.Api.OtlpHttp, path, tenant.Ingest, further, "application/json");
        Assert.StartsWith($$"""{"partialSuccess":{"{{name}}":"3","errorMessage":"the tenant""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task What_is_taken_in_a_shortened_form_is_full_success_without_a_warning(Transport transport)
    {
        var tenant = await host.Database.AddTenantAsync();
        var record = $$$"""{"attributes":[{"key":"page","value":{"stringValue":"{{{new string('x', 20_000)}}}"}}]}""";
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{{record}}]}]}]}""")).IsFullSuccess(transport);
        Assert.Contains("[TRUNCATED]", Assert.Single(await LoggedText.OfAsync(host.Database, tenant)), StringComparison.Ordinal);
    }
}
