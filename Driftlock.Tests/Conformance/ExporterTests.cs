using System.Net;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using OpenTelemetry.Exporter;

namespace Driftlock.Tests.Conformance;

/// <summary>What the exporter of the OpenTelemetry SDK sends is in the log afterwards, and it understands our refusals.</summary>
[Collection(SharedApi.Name)]
public sealed class ExporterTests(ApiHost host)
{
    public static TheoryData<OtlpExportProtocol, OtlpExportCompression, Signal> Ways
    {
        get
        {
            var ways = new TheoryData<OtlpExportProtocol, OtlpExportCompression, Signal>();
            foreach (var protocol in (OtlpExportProtocol[])[OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf])
            {
                foreach (var compression in Enum.GetValues<OtlpExportCompression>())
                {
                    foreach (var signal in Enum.GetValues<Signal>()) ways.Add(protocol, compression, signal);
                }
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_the_exporter_sends_arrives_plain_and_gzipped(OtlpExportProtocol protocol, OtlpExportCompression compression, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var wire = new Wire();
        await new SdkExporter(host.Api, protocol, tenant.Ingest) { Compression = compression, Between = wire.Handler }.SendAsync(signal, 10);
        Assert.Equal(signal == Signal.Metrics ? 2 : 10, await host.Database.EventsInLogAsync(tenant));
        Assert.All(wire.Requests, request => Assert.Equal(compression == OtlpExportCompression.GZip, request.IsGzip));
        Assert.All(wire.Requests, request => Assert.Equal((HttpStatusCode.OK, protocol == OtlpExportProtocol.Grpc ? "0" : null), (request.Http, request.Grpc)));
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc, Signal.Logs)]
    [InlineData(OtlpExportProtocol.Grpc, Signal.Traces)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, Signal.Logs)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, Signal.Metrics)]
    public async Task A_request_that_was_damaged_on_its_way_is_bad_data_and_the_exporter_does_not_repeat_it(OtlpExportProtocol protocol, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var wire = new Wire { Damages = true };
        await new SdkExporter(host.Api, protocol, tenant.Ingest) { Between = wire.Handler }.SendAsync(signal, 10);
        var sent = Assert.Single(wire.Requests);
        Assert.Equal(protocol == OtlpExportProtocol.Grpc ? (HttpStatusCode.OK, "3") : (HttpStatusCode.BadRequest, null), (sent.Http, sent.Grpc));
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task A_key_that_is_refused_is_not_tried_again(OtlpExportProtocol protocol)
    {
        var wire = new Wire();
        await new SdkExporter(host.Api, protocol, "dlk_0123456789012345678901234567890123456789") { Between = wire.Handler }.SendAsync(Signal.Traces, 1);
        var sent = Assert.Single(wire.Requests);
        Assert.Equal(protocol == OtlpExportProtocol.Grpc ? (HttpStatusCode.OK, "16") : (HttpStatusCode.Unauthorized, null), (sent.Http, sent.Grpc));
    }
}
