using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace Driftlock.Tests.EndToEnd;

/// <summary>Sends lines as a .NET service does: through the OpenTelemetry SDK's exporter, over gRPC, in order.</summary>
internal static class SdkSender
{
    private const int FlushMilliseconds = 30_000;

    public static void Send(Uri endpoint, string service, IReadOnlyList<(LogLevel Level, string Text)> lines)
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(service, autoGenerateServiceInstanceId: false));
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter((exporter, processor) =>
            {
                exporter.Protocol = OtlpExportProtocol.Grpc;
                exporter.Endpoint = endpoint;
                exporter.Headers = $"x-api-key={Deployment.ApiKey}";
                processor.ExportProcessorType = ExportProcessorType.Batch;
                // The SDK drops what its queue cannot hold.
                processor.BatchExportProcessorOptions.MaxQueueSize = lines.Count + 1;
            });
        })).BuildServiceProvider();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("EndToEnd");
        foreach (var (level, text) in lines) logger.Log(level, default, text, null, static (text, _) => text);
        Assert.True(services.GetRequiredService<LoggerProvider>().ForceFlush(FlushMilliseconds), "the exporter did not get rid of its records");
    }
}
