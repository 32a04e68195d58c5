using System.Globalization;
using System.Net;
using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Telemetry;
using Npgsql;

namespace Driftlock.Tests.Api;

/// <summary>GET /api/v1/anomalies/{id}/traces: the traces behind what the real Detector found.</summary>
[Collection(SecondApi.Name)]
public sealed class TracesOfAnomalyTests(ApiHost host)
{
    private const string Alien = "kernel panic: unable to mount root filesystem on unknown-block(0,0)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_operation_is_shown_in_its_trace_as_it_was_sent()
    {
        var (tenant, stranger) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        await host.StartDetectorAsync();
        var generated = await CliProcess.RunAsync("generate", "--signal", "traces", "--count", "12000", "--seed", "3", "--anomaly", "spike");
        string[] requests = [.. generated.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var request in requests) await SendAsync(tenant, Signal.Traces, request);
        var anomalies = await AnomaliesAsync(tenant);
        var sent = requests.SelectMany(Spans).ToLookup(span => span.GetProperty("traceId").GetString());
        foreach (var anomaly in anomalies)
        {
            var detail = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly}")).Json;
            var answer = await TracesAsync(tenant, anomaly);
            Assert.Equal((anomaly, true), (answer.GetProperty("anomalyId").GetString(), answer.GetProperty("searched").GetProperty("complete").GetBoolean()));
            Assert.InRange(answer.GetProperty("traces").GetArrayLength(), 1, 3);
            foreach (var trace in answer.GetProperty("traces").EnumerateArray()) ExpectAsSent(trace, [.. sent[Text(trace, "traceId")]], detail.GetProperty("explanation"));
            var costliest = detail.GetProperty("explanation").GetProperty("costliest")[0].GetInt32();
            Assert.Equal(costliest, answer.GetProperty("traces")[0].GetProperty("lines")[0].GetInt32());
        }

        // What comes later and elsewhere: records of two services, a span of another service; and the same trace of another tenant.
        var found = (await TracesAsync(tenant, anomalies[0])).GetProperty("traces")[0];
        var (traceId, deviating) = (Text(found, "traceId"), found.GetProperty("spans").EnumerateArray().First(span => span.GetProperty("line").ValueKind == JsonValueKind.Number));
        Assert.Equal(("payment", true), (Text(deviating, "service"), deviating.GetProperty("failed").GetBoolean()));
        foreach (var service in OfBothPartitions(tenant)) await SendAsync(tenant, Signal.Logs, TracedJson.Logs(service, [("asked the provider again", traceId, Text(deviating, "spanId"))]));
        await SendAsync(tenant, Signal.Traces, TracedJson.Span("ledger", traceId, "00000000000000aa", Text(deviating, "spanId"), Text(deviating, "startUnixNano")));
        await SendAsync(stranger, Signal.Traces, TracedJson.Span("stranger", traceId, "00000000000000bb", Text(deviating, "spanId"), Text(deviating, "startUnixNano")));
        await SendAsync(stranger, Signal.Logs, TracedJson.Logs("stranger", [("mine", traceId, "00000000000000bb")]));
        var grown = (await TracesAsync(tenant, anomalies[0])).GetProperty("traces")[0];
        var names = grown.GetProperty("spans").EnumerateArray().Select(span => Text(span, "spanId")).ToList();
        Assert.Equal(found.GetProperty("spans").GetArrayLength() + 1, names.Count);
        Assert.True(names.IndexOf("00000000000000aa") > names.IndexOf(Text(deviating, "spanId")));
        Assert.Equal(2, grown.GetProperty("logs").GetArrayLength());
        Assert.All(grown.GetProperty("logs").EnumerateArray(), log => Assert.Equal((Text(deviating, "spanId"), "INFO", JsonValueKind.Null), (Text(log, "spanId"), Text(log, "severity"), log.GetProperty("line").ValueKind)));
        Assert.Superset(new HashSet<string>(["payment", "ledger", .. OfBothPartitions(tenant)]), grown.GetProperty("services").EnumerateArray().Select(service => service.GetString()!).ToHashSet());
        Assert.DoesNotContain("stranger", grown.GetRawText(), StringComparison.Ordinal);

        (await host.Api.GetAsync(stranger.Read, Address(anomalies[0]))).IsProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Single((await TracesAsync(tenant, anomalies[0], "?limit=1")).GetProperty("traces").EnumerateArray());
    }

    [Fact]
    public async Task A_foreign_line_is_shown_with_the_request_that_it_belongs_to()
    {
        var tenant = await host.AddTenantAsync();
        await host.StartDetectorAsync();
        var random = new Random(7);
        for (var request = 0; request < 20; request++)
        {
            var lines = Enumerable.Range(request * 50, 50).Select(i => (i == 980 ? Alien : $"cart {random.Next(10_000)} of customer {random.Next(1_000)} was paid in {random.Next(5, 60)} ms", TraceId(i), SpanId(i))).ToList();
            await SendAsync(tenant, Signal.Logs, TracedJson.Logs("shop", lines));
            foreach (var i in Enumerable.Range(request * 50, 50).Where(i => i % 10 == 0)) await SendAsync(tenant, Signal.Traces, TracedJson.Span("frontend", TraceId(i), SpanId(i), null, TracedJson.Time));
        }
        var anomaly = Assert.Single(await AnomaliesAsync(tenant));
        var trace = (await TracesAsync(tenant, anomaly)).GetProperty("traces")[0];
        Assert.Equal(TraceId(980), Text(trace, "traceId"));
        var log = Assert.Single(trace.GetProperty("logs").EnumerateArray());
        Assert.Equal((Alien, SpanId(980), trace.GetProperty("lines")[0].GetInt32()), (Text(log, "text"), Text(log, "spanId"), log.GetProperty("line").GetInt32()));
        var span = Assert.Single(trace.GetProperty("spans").EnumerateArray());
        Assert.Equal((SpanId(980), "frontend", "server", JsonValueKind.Null), (Text(span, "spanId"), Text(span, "service"), Text(span, "kind"), span.GetProperty("line").ValueKind));
    }

    [Fact]
    public async Task An_anomaly_without_a_trace_has_an_empty_list()
    {
        var tenant = await host.AddTenantAsync();
        var answer = await TracesAsync(tenant, (await host.Database.AddAnomalyAsync(tenant)).Id);
        Assert.Empty(answer.GetProperty("traces").EnumerateArray());
        Assert.Equal((0, true), (answer.GetProperty("searched").GetProperty("entries").GetInt32(), answer.GetProperty("searched").GetProperty("complete").GetBoolean()));
    }

    [Fact]
    public async Task What_is_asked_wrongly_or_not_there_is_told()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        foreach (var limit in (string[])["0", "11", "-1", "x", "1.5"])
            (await host.Api.GetAsync(tenant.Read, Address(anomaly.Id) + "?limit=" + limit)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("limit");
        (await host.Api.GetAsync(tenant.Read, Address("1-1-1"))).IsProblem(HttpStatusCode.NotFound, "not_found");
        var other = await host.Database.AddAnomalyAsync(tenant, row => row.Evidence = EventPayload.Compress("""{"format":"driftlock-evidence-0"}"""u8));
        (await host.Api.GetAsync(tenant.Read, Address(other.Id))).IsProblem(HttpStatusCode.Conflict, "evidence_of_another_version");
    }

    [Fact]
    public async Task A_search_that_the_store_holds_up_ends_in_time_and_one_more_is_told_to_come_back()
    {
        await using var api = await ApiServer.StartAsync(
            host.Database.ConnectionString, ("TraceSearch__AtOnce", "1"), ("TraceSearch__WaitForTurn", "00:00:00"), ("TraceSearch__Patience", "00:00:03"));
        var tenant = await host.AddTenantAsync();
        var anomaly = (await host.Database.AddAnomalyAsync(tenant, row => row.Evidence = EventPayload.Compress(EvidenceJson.Write(ApiDatabase.TracedEvidence.Value)))).Id;
        Task<ApiAnswer> held;
        await using (var connection = await host.Database.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await using (var hold = new NpgsqlCommand("LOCK TABLE log_entries IN ACCESS EXCLUSIVE MODE", connection, transaction)) await hold.ExecuteNonQueryAsync(Cancellation);
            held = api.GetAsync(tenant.Read, Address(anomaly));
            while (await host.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'WITH RECURSIVE ends%'") == 0) await Task.Delay(10, Cancellation);
            var refused = (await api.GetAsync(tenant.Read, Address(anomaly))).IsProblem(HttpStatusCode.TooManyRequests, "busy");
            Assert.Equal(2, refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            var answer = await held;
            Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json.GetProperty("searched").GetProperty("complete").GetBoolean()));
            Assert.Single(answer.Json.GetProperty("traces").EnumerateArray());
        }
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(tenant.Read, Address(anomaly))).Status);
    }

    [Theory]
    [InlineData("AtOnce", "0")]
    [InlineData("WaitForTurn", "-00:00:01")]
    [InlineData("Around", "00:00:00")]
    [InlineData("Around", "02:00:00")]
    [InlineData("MaxEntries", "1")]
    [InlineData("MaxBytes", "0")]
    [InlineData("Patience", "00:00:00")]
    public async Task A_bound_that_cannot_be_stops_the_start(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ApiServer.StartAsync(host.Database.ConnectionString, ($"TraceSearch__{name}", value)));
        Assert.Contains($"TraceSearch:{name} must", failure.Message, StringComparison.Ordinal);
    }

    private static void ExpectAsSent(JsonElement trace, IReadOnlyList<JsonElement> sent, JsonElement explanation)
    {
        var spans = trace.GetProperty("spans").EnumerateArray().ToList();
        // The generator writes root, cart, payment and its provider, inventory, shipping, each beginning after the one before.
        Assert.Equal(sent.Select(span => Text(span, "spanId")), spans.Select(span => Text(span, "spanId")));
        foreach (var (found, span) in spans.Zip(sent))
        {
            Assert.Equal(span.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null, found.GetProperty("parentSpanId").GetString());
            Assert.Equal((Text(span, "name"), Text(span, "startTimeUnixNano")), (Text(found, "name"), Text(found, "startUnixNano")));
            Assert.Equal(Number(span, "endTimeUnixNano") - Number(span, "startTimeUnixNano"), found.GetProperty("durationNano").GetInt64());
            Assert.Equal(span.GetProperty("kind").GetInt32() == 2 ? "server" : "client", Text(found, "kind"));
            Assert.Equal(span.TryGetProperty("status", out _), found.GetProperty("failed").GetBoolean());
            if (found.GetProperty("line") is { ValueKind: JsonValueKind.Number } line)
                Assert.Equal(Text(explanation.GetProperty("lines")[line.GetInt32()], "timeUnixNano"), Text(found, "startUnixNano"));
        }
        Assert.Equal(trace.GetProperty("lines").EnumerateArray().Select(line => line.GetInt32()).Order(), spans.Where(span => span.GetProperty("line").ValueKind == JsonValueKind.Number).Select(span => span.GetProperty("line").GetInt32()).Order());
        Assert.Equal(["frontend", "cart", "payment", "inventory", "shipping"], trace.GetProperty("services").EnumerateArray().Select(service => service.GetString()!));
        Assert.Equal(sent.Min(span => Number(span, "startTimeUnixNano")), Number(trace, "startUnixNano"));
        Assert.Equal(sent.Max(span => Number(span, "endTimeUnixNano")) - Number(trace, "startUnixNano"), trace.GetProperty("durationNano").GetInt64());
        Assert.False(trace.GetProperty("truncated").GetBoolean());
        Assert.Empty(trace.GetProperty("logs").EnumerateArray());
    }

    /// <summary>Two services whose records go to different partitions of the log.</summary>
    private static string[] OfBothPartitions(TestTenant tenant) =>
    [
        .. Enumerable.Range(0, 100).Select(i => $"worker-{i}").GroupBy(service =>
            StreamId.Of(tenant.Id, Signal.Logs, System.Text.Encoding.UTF8.GetBytes(service), "Shop.Cart"u8).Value % 2).Select(partition => partition.First()),
    ];

    private async Task SendAsync(TestTenant tenant, Signal signal, string request) =>
        Assert.True((await host.Api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, request, signal)).IsSuccess);

    /// <summary>Those of the tenant, oldest first, once all is judged.</summary>
    private async Task<string[]> AnomaliesAsync(TestTenant tenant)
    {
        while (true)
        {
            await host.Database.JudgedAsync(Cancellation);
            if ((await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Ids is [_, ..] found) return [.. found.Reverse()];
            await Task.Delay(50, Cancellation);
        }
    }

    private async Task<JsonElement> TracesAsync(TestTenant tenant, string anomaly, string query = "")
    {
        var answer = await host.Api.GetAsync(tenant.Read, Address(anomaly) + query);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return answer.Json;
    }

    private static IEnumerable<JsonElement> Spans(string request) =>
        from resource in JsonDocument.Parse(request).RootElement.GetProperty("resourceSpans").EnumerateArray()
        from scope in resource.GetProperty("scopeSpans").EnumerateArray()
        from span in scope.GetProperty("spans").EnumerateArray()
        orderby Number(span, "startTimeUnixNano")
        select span;

    private static string Address(string id) => $"api/v1/anomalies/{id}/traces";

    private static string TraceId(int number) => (number + 1).ToString("x32", CultureInfo.InvariantCulture);

    private static string SpanId(int number) => (number + 1).ToString("x16", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Number(JsonElement element, string name) => long.Parse(Text(element, name), CultureInfo.InvariantCulture);
}
