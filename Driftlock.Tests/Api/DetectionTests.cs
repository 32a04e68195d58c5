using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Telemetry;
using Driftlock.Web.ApiClient;

namespace Driftlock.Tests.Api;

/// <summary>From OTLP to an explained anomaly, through the real Detector; and what the dashboard's client makes of the real answers.</summary>
[Collection(SharedApi.Name)]
public sealed class DetectionTests(ApiHost host)
{
    private const string Alien = "kernel panic: unable to mount root filesystem on unknown-block(0,0)";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alien_line_is_found_told_explained_and_proven()
    {
        var tenant = await host.AddTenantAsync();
        await host.StartDetectorAsync();
        await using var live = await LiveReader.OpenAsync(host.Api, tenant.Read);
        Assert.Equal("connected", (await live.NextAsync()).EventType);
        await SendAsync(tenant);

        using var patience = new CancellationTokenSource(Patience);
        var told = JsonDocument.Parse((await live.NextAsync("anomaly").WaitAsync(patience.Token)).Data).RootElement;
        var id = told.GetProperty("id").GetString()!;
        var listed = (await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Json.GetProperty("items").EnumerateArray().Single();
        Assert.Equal(listed.GetRawText(), told.GetRawText());
        Assert.Contains("kernel panic", listed.GetProperty("costliestLine").GetString(), StringComparison.Ordinal);
        Assert.Equal(("logs", "shop", "Shop.Cart", "open"), (Text(listed, "signal"), Text(listed, "service"), Text(listed, "stream"), Text(listed, "status")));

        var evidence = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{id}/evidence")).Body;
        var report = EvidenceVerifier.Verify(System.Text.Encoding.UTF8.GetBytes(evidence));
        Assert.True(report.Verified, string.Join("; ", report.Differences));
        var detail = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{id}")).Json;
        foreach (var part in (string[])["explanation", "calibration", "budget"])
        {
            Assert.Equal(JsonDocument.Parse(evidence).RootElement.GetProperty(part).GetRawText(), detail.GetProperty(part).GetRawText());
        }
        await ExpectClientAsync(tenant, id);
    }

    [Theory]
    [InlineData(Signal.Metrics)]
    [InlineData(Signal.Traces)]
    public async Task What_goes_wrong_in_metrics_and_traces_is_found_told_explained_and_proven(Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        await host.StartDetectorAsync();
        await using var live = await LiveReader.OpenAsync(host.Api, tenant.Read);
        var name = signal == Signal.Metrics ? "metrics" : "traces";
        var generated = await CliProcess.RunAsync("generate", "--signal", name, "--count", "12000", "--seed", "3", "--anomaly", "spike");
        foreach (var request in generated.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, request, signal)).IsSuccess);

        using var patience = new CancellationTokenSource(Patience);
        var told = JsonDocument.Parse((await live.NextAsync("anomaly").WaitAsync(patience.Token)).Data).RootElement;
        Assert.Equal((name, "payment"), (Text(told, "signal"), Text(told, "service")));
        var evidence = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{Text(told, "id")}/evidence")).Body;
        Assert.Empty(EvidenceVerifier.Verify(System.Text.Encoding.UTF8.GetBytes(evidence)).Differences);
        var explanation = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{Text(told, "id")}")).Json.GetProperty("explanation");
        if (signal == Signal.Metrics) Assert.Empty(ClientContract.Missing(typeof(Driftlock.Web.ApiClient.SeriesExplanation), explanation.GetProperty("series"), "series"));
    }

    /// <summary>Every property of the client's records is there in the real answer, and the client reads it.</summary>
    private async Task ExpectClientAsync(TestTenant tenant, string id)
    {
        using var http = host.Api.Client(null);
        var client = new DriftlockApi(http, new KeyOf(tenant.Admin));
        var detail = Read(await client.AnomalyAsync(id, Cancellation));
        Assert.Equal(id, detail.Id);
        Assert.Contains("kernel panic", detail.Explanation!.Lines[detail.Explanation.Costliest[0]].Text, StringComparison.Ordinal);
        Assert.Single(Read(await client.AnomaliesAsync(new AnomalyFilter(), 10, null, Cancellation)).Items);
        Assert.Single(Read(await client.StreamsAsync(null, null, null, 10, null, Cancellation)).Items);
        Assert.Equal(1, Read(await client.SummaryAsync(Cancellation)).Anomalies.Open);
        Assert.Equal("admin", Read(await client.MeAsync(tenant.Admin, Cancellation)).Role);
        Assert.Equal("acknowledged", Read(await client.SetStatusAsync(id, "acknowledged", "seen", Cancellation)).Status);

        var missing = new List<string>();
        foreach (var (address, type) in ((string, Type)[])[
            ($"api/v1/anomalies/{id}", typeof(AnomalyDetail)), ("api/v1/anomalies", typeof(AnomalyPage)), ("api/v1/streams", typeof(StreamPage)),
            ("api/v1/analytics/summary", typeof(Summary)), ("api/v1/me", typeof(KeyOwner))])
        {
            missing.AddRange(ClientContract.Missing(type, (await host.Api.GetAsync(tenant.Admin, address)).Json, address));
        }
        Assert.Empty(missing);
    }

    private async Task SendAsync(TestTenant tenant)
    {
        // The engine calibrates on 400 events, then judges windows of 50.
        var random = new Random(7);
        for (var request = 0; request < 20; request++)
        {
            var lines = Enumerable.Range(0, 50).Select(i => request == 19 && i == 30
                ? Alien
                : $"cart {random.Next(10_000)} of customer {random.Next(1_000)} was paid in {random.Next(5, 60)} ms");
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, OtlpJson.Logs("shop", lines))).IsSuccess);
        }
    }

    private static T Read<T>(ApiAnswer<T> answer) where T : class
    {
        Assert.Null(answer.Problem);
        return answer.Value!;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private sealed class KeyOf(string key) : ICaller
    {
        public ValueTask<string?> KeyAsync() => ValueTask.FromResult<string?>(key);
    }
}
