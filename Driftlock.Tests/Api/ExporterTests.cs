using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Driftlock.Tests.Api;

/// <summary>What the exporter of the OpenTelemetry SDK sends, over both of its protocols, is in the log afterwards.</summary>
[Collection(SharedApi.Name)]
public sealed class ExporterTests(ApiHost host)
{
    private const int Milliseconds = 20_000;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Logs_arrive(OtlpExportProtocol protocol)
    {
        var tenant = await host.AddTenantAsync();
        await Task.Run(() =>
        {
            using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
            {
                options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("sdk"));
                options.AddOtlpExporter(exporter => Configure(exporter, protocol, "v1/logs", tenant));
            }));
            var logger = factory.CreateLogger("Shop.Cart");
            for (var cart = 0; cart < 50; cart++) logger.LogInformation("a cart was paid");
        }, TestContext.Current.CancellationToken); // Disposing the factory flushes.
        Assert.Equal(50, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Metrics_arrive(OtlpExportProtocol protocol)
    {
        var tenant = await host.AddTenantAsync();
        var name = $"Shop.{tenant.Name}";
        await Task.Run(() =>
        {
            using var meter = new Meter(name);
            using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(name).ConfigureResource(resource => resource.AddService("sdk"))
                .AddOtlpExporter((exporter, reader) =>
                {
                    Configure(exporter, protocol, "v1/metrics", tenant);
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
                }).Build();
            meter.CreateCounter<long>("orders").Add(3);
            meter.CreateHistogram<double>("latency", "s").Record(0.25);
            Assert.True(provider.ForceFlush(Milliseconds));
            provider.Shutdown(0); // Not once more with the end.
        }, TestContext.Current.CancellationToken);
        Assert.InRange(await host.Database.EventsInLogAsync(tenant), 2, 4);
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Spans_arrive(OtlpExportProtocol protocol)
    {
        var tenant = await host.AddTenantAsync();
        var name = $"Shop.{tenant.Name}";
        await Task.Run(() =>
        {
            using var source = new ActivitySource(name);
            using var provider = Sdk.CreateTracerProviderBuilder().AddSource(name).ConfigureResource(resource => resource.AddService("sdk"))
                .AddOtlpExporter(exporter => Configure(exporter, protocol, "v1/traces", tenant)).Build();
            for (var i = 0; i < 10; i++)
            {
                using var activity = source.StartActivity("charge", ActivityKind.Client);
                activity!.SetStatus(ActivityStatusCode.Error, "upstream");
            }
            Assert.True(provider.ForceFlush(Milliseconds));
        }, TestContext.Current.CancellationToken);
        Assert.Equal(10, await host.Database.EventsInLogAsync(tenant));
    }

    private void Configure(OtlpExporterOptions exporter, OtlpExportProtocol protocol, string path, TestTenant tenant)
    {
        exporter.Protocol = protocol;
        exporter.Endpoint = protocol == OtlpExportProtocol.Grpc ? host.Api.OtlpGrpc : new Uri(host.Api.OtlpHttp, path);
        exporter.Headers = $"x-otlp-api-key={tenant.Ingest}";
    }
}
