using System.IO.Compression;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using Driftlock.Tests.House;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Conformance;

/// <summary>Requests as others write them: each leaves the same events, whether it comes as JSON, as protobuf over HTTP or over gRPC.</summary>
[Collection(SharedApi.Name)]
public sealed class ExampleTests(ApiHost host)
{
    [Theory]
    [InlineData("logs.json", 3)]
    [InlineData("metrics.json", 6)]
    [InlineData("traces.json", 3)]
    public async Task Our_own_examples_leave_the_same_events_over_all_three_transports(string file, int events)
    {
        var json = await File.ReadAllBytesAsync(Path.Combine(Repository.Folder, "Driftlock.Tests", "Conformance", "Examples", file), TestContext.Current.CancellationToken);
        Assert.Equal(events, await SameEventsAsync([json]));
    }

    [Theory]
    [InlineData("opentelemetry-proto-examples", "*.json")]
    [InlineData("hyperdx-smoke", "input.json")]
    public async Task Published_examples_leave_the_same_events_over_all_three_transports(string folder, string pattern)
    {
        var files = Directory.GetFiles(DevelopmentData.Directory($"otlp/{folder}"), pattern, SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.True(await SameEventsAsync(files.Select(File.ReadAllBytes)) > 0);
    }

    [Fact]
    public async Task Captures_of_a_running_shop_leave_the_same_events_over_all_three_transports()
    {
        var files = Directory.GetFiles(DevelopmentData.Directory("otlp/robotshop-otlp-json-capture"), "*.jsonl.gz");
        Assert.True(await SameEventsAsync(files.SelectMany(Lines)) > 10_000);
    }

    /// <returns>Events that each transport left.</returns>
    private async Task<long> SameEventsAsync(IEnumerable<byte[]> requests)
    {
        var tenants = new Dictionary<Transport, TestTenant>();
        foreach (var transport in Enum.GetValues<Transport>()) tenants[transport] = await host.AddTenantAsync();
        foreach (var json in requests)
        {
            foreach (var (transport, tenant) in tenants)
            {
                var body = transport == Transport.Json ? json : OtlpTranscoder.ToProtobuf(json);
                (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body, SignalOf(json))).IsFullSuccess(transport);
            }
        }
        var expected = await LoggedText.OfAsync(host.Database, tenants[Transport.Protobuf]);
        Assert.Equal(expected, await LoggedText.OfAsync(host.Database, tenants[Transport.Json]));
        Assert.Equal(expected, await LoggedText.OfAsync(host.Database, tenants[Transport.Grpc]));
        return await host.Database.EventsInLogAsync(tenants[Transport.Protobuf]);
    }

    private static Signal SignalOf(byte[] json) =>
        json.AsSpan().IndexOf("\"resourceLogs\""u8) >= 0 ? Signal.Logs : json.AsSpan().IndexOf("\"resourceMetrics\""u8) >= 0 ? Signal.Metrics : Signal.Traces;

    private static IEnumerable<byte[]> Lines(string file)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line) yield return Encoding.UTF8.GetBytes(line);
    }
}
