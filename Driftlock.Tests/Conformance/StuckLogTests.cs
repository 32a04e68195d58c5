using System.Diagnostics;
using System.Net;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using OpenTelemetry.Exporter;

namespace Driftlock.Tests.Conformance;

/// <summary>When the log does not confirm in time, exporters come back as they were asked to, and a caller's own deadline counts first.</summary>
public sealed class StuckLogTests(HastyApi host) : IClassFixture<HastyApi>
{
    private const string Ok = "0";
    private const string Unavailable = "14";

    /// <summary>A clock may be a little fast.</summary>
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(0.1);

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task The_exporter_waits_as_long_as_it_was_asked_to_and_its_retry_is_appended_once(OtlpExportProtocol protocol)
    {
        var tenant = await host.Database.AddTenantAsync();
        var stuck = await StuckLog.BeginAsync(host.Database);
        var left = Enum.GetValues<Signal>().Length;
        // Once each signal was refused, the log goes on.
        Task Refused(Wire.Passed passed) => Interlocked.Decrement(ref left) == 0 ? stuck.DisposeAsync().AsTask() : Task.CompletedTask;
        var wires = Enum.GetValues<Signal>().ToDictionary(signal => signal, _ => new Wire { Answered = Refused });
        await Task.WhenAll(wires.Select(wire =>
            new SdkExporter(host.Api, protocol, tenant.Ingest) { Between = wire.Value.Handler }.SendAsync(wire.Key, 10)));
        foreach (var wire in wires.Values)
        {
            Assert.Equal(2, wire.Requests.Count);
            var (refused, taken) = (wire.Requests.First(), wire.Requests.Last());
            Assert.Equal(
                protocol == OtlpExportProtocol.Grpc ? (HttpStatusCode.OK, Unavailable) : (HttpStatusCode.ServiceUnavailable, null), (refused.Http, refused.Grpc));
            Assert.Equal((HttpStatusCode.OK, protocol == OtlpExportProtocol.Grpc ? Ok : null), (taken.Http, taken.Grpc));
            // 5 s when the log did not confirm; 2 s when, on a busy machine, the stream was not registered in time.
            Assert.Contains(refused.Asked?.TotalSeconds, (double?[])[2, 5]);
            Assert.InRange(Stopwatch.GetElapsedTime(refused.Received, taken.Sent), refused.Asked!.Value - Fast, TimeSpan.MaxValue);
        }
        Assert.Equal(10 + 2 + 10, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("300m")]
    [InlineData("300000u")]
    [InlineData("30000000n")]
    public async Task A_grpc_timeout_is_kept_and_the_retry_is_appended_once(string timeout)
    {
        var tenant = await host.Database.AddTenantAsync();
        var frame = GrpcCall.Frame(0, OtlpClient.Encode(Transport.Grpc, OtlpJson.Three(Signal.Logs)));
        await using (await StuckLog.BeginAsync(host.Database))
        {
            using var late = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame, ("grpc-timeout", timeout));
            Assert.Equal(Ways.DeadlineExceeded, late.Status);
        }
        using var retry = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame, ("grpc-timeout", "20S"));
        Assert.Equal(0, retry.Status);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("99999999H")]
    public async Task A_grpc_timeout_that_says_nothing_or_ages_does_not_end_the_call(string timeout)
    {
        var tenant = await host.Database.AddTenantAsync();
        var frame = GrpcCall.Frame(0, OtlpClient.Encode(Transport.Grpc, OtlpJson.Three(Signal.Logs)));
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame, ("grpc-timeout", timeout));
        Assert.Equal(0, call.Status);
    }
}
