using System.Diagnostics;
using System.Diagnostics.Metrics;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Driftlock.Tests.Conformance;

/// <summary>The exporter of the OpenTelemetry SDK for .NET, for one signal to one server.</summary>
/// <param name="Server">The Api.</param>
/// <param name="Protocol">gRPC or HTTP/protobuf.</param>
/// <param name="Key">Sent as x-otlp-api-key.</param>
internal sealed record SdkExporter(ApiServer Server, OtlpExportProtocol Protocol, string Key)
{
    private const int Milliseconds = 30_000;

    public OtlpExportCompression Compression { get; init; }

    /// <summary>Stands in the way of every request; null for none.</summary>
    public Func<DelegatingHandler>? Between { get; init; }

    /// <summary>Sends <paramref name="count"/> items of the signal (of metrics: two data points) and returns when the exporter is done with them.</summary>
    public Task SendAsync(Signal signal, int count) => Task.Run(
        () =>
        {
            if (signal == Signal.Logs) SendLogs(count);
            else if (signal == Signal.Metrics) SendMetrics();
            else SendSpans(count);
        }, TestContext.Current.CancellationToken);

    private void SendLogs(int count)
    {
        using var services = new ServiceCollection().AddSingleton(Retrying()).AddLogging(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("sdk", autoGenerateServiceInstanceId: false));
            options.AddOtlpExporter(exporter => Configure(exporter, "v1/logs"));
        })).BuildServiceProvider();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Cart");
        for (var cart = 0; cart < count; cart++) logger.LogInformation("a cart was paid");
        // A flush returns when the queue is empty, a shutdown when the exporter has its answer.
        services.GetRequiredService<LoggerProvider>().Shutdown(Milliseconds);
    }

    private void SendMetrics()
    {
        var name = $"Shop.{Guid.NewGuid():N}";
        using var meter = new Meter(name);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(name).ConfigureServices(services => services.AddSingleton(Retrying()))
            .ConfigureResource(resource => resource.AddService("sdk"))
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
            }).Build();
        meter.CreateCounter<long>("orders").Add(3);
        meter.CreateHistogram<double>("latency", "s").Record(0.25);
        provider.Shutdown(Milliseconds);
    }

    private void SendSpans(int count)
    {
        var name = $"Shop.{Guid.NewGuid():N}";
        using var source = new ActivitySource(name);
        using var provider = Sdk.CreateTracerProviderBuilder().AddSource(name).ConfigureServices(services => services.AddSingleton(Retrying()))
            .ConfigureResource(resource => resource.AddService("sdk")).AddOtlpExporter(exporter => Configure(exporter, "v1/traces")).Build();
        for (var i = 0; i < count; i++)
        {
            using var activity = source.StartActivity("charge", ActivityKind.Client);
            activity!.SetStatus(ActivityStatusCode.Error, "upstream");
        }
        provider.Shutdown(Milliseconds);
    }

    private void Configure(OtlpExporterOptions exporter, string path)
    {
        exporter.Protocol = Protocol;
        exporter.Endpoint = Protocol == OtlpExportProtocol.Grpc ? Server.OtlpGrpc : new Uri(Server.OtlpHttp, path);
        exporter.Headers = $"x-otlp-api-key={Key}";
        exporter.Compression = Compression;
        exporter.TimeoutMilliseconds = Milliseconds;
        // A batch, and the whole of it in one request, so that requests can be counted.
        exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = int.MaxValue;
        if (Between is { } between) exporter.HttpClientFactory = () => new HttpClient(between()) { Timeout = TimeSpan.FromMilliseconds(Milliseconds) };
    }

    /// <summary>The SDK reads from here what it would read from the environment; it retries only when asked to.</summary>
    private static IConfiguration Retrying() => new ConfigurationBuilder()
        .AddInMemoryCollection([new KeyValuePair<string, string?>("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")]).Build();
}
