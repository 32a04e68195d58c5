using System.Text.Json;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Load;

/// <summary>The load runner against the real Api and Detector, for a moment: that it measures what happens, and not how fast that is.</summary>
[Collection(SecondApi.Name)]
public sealed class LoadRunnerTests(ApiHost host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Sustained_requests_are_counted_by_kind_and_answered()
    {
        var report = await RunAsync("sustained", "--rate", "40", "--seconds", "3", "--watch", $"tests={Environment.ProcessId}");
        var load = report.GetProperty("load");
        Assert.Equal(120, load.GetProperty("sent").GetInt32());
        Assert.Equal(120, load.GetProperty("answered").GetInt32());
        Assert.Equal(["200", "grpc 0"], load.GetProperty("statuses").EnumerateObject().Select(status => status.Name));
        Assert.Equal(10, report.GetProperty("byRequest").GetArrayLength());
        var latency = load.GetProperty("latencyMs");
        Assert.InRange(latency.GetProperty("p95").GetDouble(), latency.GetProperty("p50").GetDouble(), latency.GetProperty("max").GetDouble());
        Assert.True(report.GetProperty("p95ToBareKestrel").GetDouble() > 0);
        Assert.True(report.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("process").GetString() == "tests").GetProperty("maxMiB").GetDouble() > 0);
    }

    [Fact]
    public async Task A_spike_is_answered_or_refused_and_passes()
    {
        var report = await RunAsync("spike", "--rate", "60", "--seconds", "2");
        Assert.Equal(60, report.GetProperty("load").GetProperty("sent").GetInt32());
        Assert.Equal(0, report.GetProperty("load").GetProperty("failed").GetInt32());
        Assert.NotEqual(JsonValueKind.Null, report.GetProperty("recoveredAfterSeconds").ValueKind);
    }

    [Fact]
    public async Task Stress_climbs_by_steps_to_the_highest_rate_that_was_asked_for()
    {
        var report = await RunAsync("stress", "--from", "10", "--rate", "15", "--seconds", "1");
        Assert.Equal([10, 14], report.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("ratePerSecond").GetDouble()));
        Assert.InRange(report.GetProperty("kneePerSecond").GetDouble(), 9, 14);
    }

    [Fact]
    public async Task Every_client_of_the_live_stream_is_told_of_every_anomaly_once()
    {
        var report = await RunAsync("live", "--clients", "20", "--shops", "2");
        var anomalies = report.GetProperty("anomalies").GetInt32();
        Assert.True(anomalies >= 2);
        Assert.Equal(20 * anomalies, report.GetProperty("received").GetInt32());
        Assert.Equal((0, 0, 0), (report.GetProperty("missing").GetInt32(), report.GetProperty("repeated").GetInt32(), report.GetProperty("notListed").GetInt32()));
        Assert.Equal("admitted", report.GetProperty("oneMoreClient").GetString());
    }

    [Fact]
    public async Task Ingest_counts_what_is_durable_and_waits_until_it_is_judged()
    {
        var tenant = await host.AddTenantAsync();
        var report = await RunAsync(tenant, "ingest", "--records", "100", "--senders", "2", "--seconds", "1", "--postgres", host.Database.ConnectionString);
        var runs = report.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["HTTP", "gRPC"], runs.Select(run => run.GetProperty("transport").GetString()));
        Assert.All(runs, run => Assert.Equal(0, run.GetProperty("failed").GetInt32()));
        Assert.True(report.GetProperty("recordsToRawCopy").GetDouble() > 0);
        Assert.Equal(0, await host.Database.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'load_runner%'"));
        var answer = (await host.Api.GetAsync(tenant.Admin, "api/v1/analytics/summary")).Json;
        Assert.Equal(0, answer.GetProperty("lag").GetProperty("entries").GetInt64());
        // The warm-up is durable too, and no request was taken for another's retry.
        Assert.True(await host.Database.EventsInLogAsync(tenant) >= runs.Sum(run => run.GetProperty("recordsPerSecond").GetDouble()) * 0.9);
    }

    [Theory]
    [InlineData("--rate must be from 1 to 50000; it is 0", "sustained", "--rate", "0", "--api-key", "k")]
    [InlineData("--seconds must be from 1 to 3600; it is 4000", "spike", "--seconds", "4000", "--api-key", "k")]
    [InlineData("--records must be from 1 to 10000", "ingest", "--records", "0", "--api-key", "k")]
    [InlineData("--api-key must be given", "sustained")]
    [InlineData("--api localhost is no address; http://localhost:5081 is right", "live", "--api", "localhost", "--api-key", "k")]
    [InlineData("--watch api is not NAME=PROCESS-ID; api=1234 is right", "stress", "--watch", "api", "--api-key", "k")]
    [InlineData("127.0.0.1:1", "sustained", "--api", "http://127.0.0.1:1", "--api-key", "k")]
    [InlineData("Required command was not provided")]
    public async Task What_cannot_be_run_ends_with_2_and_says_why(string message, params string[] arguments)
    {
        var result = await LoadRunner.RunAsync(arguments, Patience);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_key_that_is_unknown_ends_the_run_and_not_as_a_figure()
    {
        var result = await LoadRunner.RunAsync(["sustained", .. Addresses, "--api-key", "dlk_nobody"], Patience);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("401", result.Error, StringComparison.Ordinal);
    }

    private string[] Addresses => ["--api", host.Api.Rest.ToString(), "--otlp", host.Api.OtlpHttp.ToString(), "--otlp-grpc", host.Api.OtlpGrpc.ToString()];

    private async Task<JsonElement> RunAsync(params string[] arguments) => await RunAsync(await host.AddTenantAsync(), arguments);

    private async Task<JsonElement> RunAsync(TestTenant tenant, params string[] arguments)
    {
        await host.StartDetectorAsync();
        var result = await LoadRunner.RunAsync([.. arguments, .. Addresses, "--api-key", tenant.Admin, "--json"], Patience);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.Clone();
    }
}
