using System.Diagnostics.Metrics;
using System.Diagnostics;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Driftlock.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OpenTelemetry;

namespace Driftlock.Tests.Conformance;

/// <summary>Reads what the OpenTelemetry SDK for .NET really sends.</summary>
public sealed class ExportedContentTests
{
    [Fact]
    public async Task Logs_of_the_sdk_arrive_with_body_severity_attributes_and_trace()
    {
        var body = await ReceiveAsync("/v1/logs", endpoint =>
        {
            using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
            {
                options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("sdk-shop", autoGenerateServiceInstanceId: false).AddAttributes([new("host.name", "h1")]));
                options.IncludeFormattedMessage = true;
                options.AddOtlpExporter(exporter => Configure(exporter, endpoint));
            }));
            using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
            factory.CreateLogger("Shop.Cart").LogWarning("cart {Cart} of {Customer} expired", 17, "anna@example.com");
        });
        var text = BatchText.Of(BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, body));
        Assert.StartsWith("Logs sdk-shop / Shop.Cart [ host.name=h1", text, StringComparison.Ordinal);
        Assert.Contains("<cart 17 of [REDACTED:email] expired>", text, StringComparison.Ordinal);
        Assert.Contains(" 13 <> ", text, StringComparison.Ordinal);
        Assert.Contains("Cart=17 Customer=[REDACTED:email]", text, StringComparison.Ordinal);
        Assert.EndsWith("accepted 1 rejected 0 without value 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_of_the_sdk_become_one_stream_a_series()
    {
        var body = await ReceiveAsync("/v1/metrics", endpoint =>
        {
            using var meter = new Meter("Shop.Meter");
            using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Shop.Meter")
                .ConfigureResource(resource => resource.AddService("sdk-shop"))
                .AddOtlpExporter((exporter, reader) =>
                {
                    Configure(exporter, endpoint);
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
                }).Build();
            var counter = meter.CreateCounter<long>("orders", "{order}");
            counter.Add(3, new("region", "eu"), new("kind", "web"));
            counter.Add(4, new("kind", "web"), new("region", "us"));
            meter.CreateUpDownCounter<int>("queue").Add(-2);
            meter.CreateHistogram<double>("latency", "s").Record(0.25);
            provider.ForceFlush();
        });
        var batch = BatchText.Read(Signal.Metrics, OtlpEncoding.Protobuf, body);
        var names = batch.Streams.ToArray().Select(stream => stream.NameText).ToArray();
        Assert.Equal(["orders{kind=\"web\",region=\"eu\"}", "orders{kind=\"web\",region=\"us\"}", "queue", "latency"], names);
        var text = BatchText.Of(batch);
        Assert.Contains($" {(int)PointKind.CumulativeSum} <{{order}}> <> // 3", text, StringComparison.Ordinal);
        Assert.Contains($" {(int)PointKind.Gauge} <> <> // -2", text, StringComparison.Ordinal);
        Assert.Contains($" {(int)PointKind.CumulativeHistogram} <s> <> // 1 0.25 0.25 0.25 0 5 10", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_of_the_sdk_keep_ids_kind_status_and_events()
    {
        string ids = "";
        var body = await ReceiveAsync("/v1/traces", endpoint =>
        {
            using var source = new ActivitySource("Shop.Source." + endpoint.Port);
            using var provider = Sdk.CreateTracerProviderBuilder().AddSource(source.Name)
                .ConfigureResource(resource => resource.AddService("sdk-shop"))
                .AddOtlpExporter(exporter => Configure(exporter, endpoint)).Build();
            using (var activity = source.StartActivity("charge", ActivityKind.Client)!)
            {
                ids = $"{activity.TraceId}/{activity.SpanId}/";
                activity.SetTag("http.status", 502).SetStatus(ActivityStatusCode.Error, "upstream");
                activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.type"] = "Timeout" }));
            }
            provider.ForceFlush();
        });
        var text = BatchText.Of(BatchText.Read(Signal.Traces, OtlpEncoding.Protobuf, body));
        Assert.StartsWith("Traces sdk-shop / charge [", text, StringComparison.Ordinal);
        Assert.Contains($" 2 <SPAN_KIND_CLIENT> <upstream> {ids} ", text, StringComparison.Ordinal);
        Assert.Contains("http.status=502 event.exception={\"exception.type\":\"Timeout\"}", text, StringComparison.Ordinal);
    }

    private static void Configure(OtlpExporterOptions exporter, Uri endpoint)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = endpoint;
        exporter.ExportProcessorType = ExportProcessorType.Simple;
    }

    /// <summary>The first body that is posted to the path of a real server while <paramref name="send"/> runs.</summary>
    private static async Task<byte[]> ReceiveAsync(string path, Action<Uri> send)
    {
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost(path, async (HttpContext context) =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.TrySetResult(body.ToArray());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        await Task.Run(() => send(new Uri(app.Urls.First() + path)), TestContext.Current.CancellationToken);
        return await received.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
