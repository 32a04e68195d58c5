namespace Driftlock.Web.Components.Send;

/// <summary>How a program of one kind is made to send to this instance: what to type, and what to put where.</summary>
/// <param name="Id">Of its tab.</param>
/// <param name="Name">As the tab says.</param>
/// <param name="Text">To copy.</param>
public sealed record Snippet(string Id, string Name, string Text)
{
    /// <summary>The address and the key that every SDK reads (OpenTelemetry's exporter variables).</summary>
    private static string Variables(string otlpHttp, string key) => $"""
        export OTEL_SERVICE_NAME=checkout
        export OTEL_EXPORTER_OTLP_ENDPOINT={otlpHttp}
        export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
        export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20{key}"
        """;

    /// <param name="api">Base of the REST API.</param>
    /// <param name="otlpHttp">Base of OTLP over HTTP.</param>
    /// <param name="key">The secret of an ingest key, or what stands for it.</param>
    public static IReadOnlyList<Snippet> All(string api, string otlpHttp, string key)
    {
        var variables = Variables(otlpHttp, key);
        return
        [
            new("csharp", "C#", $$"""
                dotnet add package OpenTelemetry.Extensions.Hosting
                dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol

                {{variables}}

                // Program.cs; the address and the key come from the variables above
                builder.Services.AddOpenTelemetry()
                    .WithLogging()
                    .WithMetrics(metrics => metrics.AddMeter("*"))
                    .WithTracing(tracing => tracing.AddSource("*"))
                    .UseOtlpExporter();
                """),
            new("python", "Python", $"""
                pip install opentelemetry-distro opentelemetry-exporter-otlp
                opentelemetry-bootstrap -a install

                {variables}
                export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true
                opentelemetry-instrument --logs_exporter otlp python app.py
                """),
            new("node", "Node.js", $"""
                npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node

                {variables}
                export OTEL_LOGS_EXPORTER=otlp
                node --require @opentelemetry/auto-instrumentations-node/register app.js
                """),
            new("go", "Go", $$"""
                go get go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp
                go get go.opentelemetry.io/otel/sdk/log go.opentelemetry.io/contrib/bridges/otelslog

                {{variables}}

                // main.go; the address and the key come from the variables above
                exporter, err := otlploghttp.New(ctx)
                if err != nil {
                    return err
                }
                provider := log.NewLoggerProvider(log.WithProcessor(log.NewBatchProcessor(exporter)))
                defer provider.Shutdown(ctx)
                logger := otelslog.NewLogger("checkout", otelslog.WithLoggerProvider(provider))
                logger.Info("order paid", "order", 4711)
                """),
            new("java", "Java", $"""
                # opentelemetry-javaagent.jar: from the releases of opentelemetry-java-instrumentation

                {variables}
                export OTEL_LOGS_EXPORTER=otlp
                java -javaagent:opentelemetry-javaagent.jar -jar app.jar
                """),
            new("collector", "Collector", $$"""
                # in the Collector's configuration, beside the receivers that it has
                exporters:
                  otlphttp/driftlock:
                    endpoint: {{otlpHttp}}
                    compression: gzip
                    headers:
                      authorization: "Bearer {{key}}"
                service:
                  pipelines:
                    logs:
                      receivers: [otlp]
                      processors: [batch]
                      exporters: [otlphttp/driftlock]
                    metrics:
                      receivers: [otlp]
                      processors: [batch]
                      exporters: [otlphttp/driftlock]
                    traces:
                      receivers: [otlp]
                      processors: [batch]
                      exporters: [otlphttp/driftlock]
                """),
            new("shell", "Shell", $$"""
                curl {{api}}/api/v1/events \
                  -H "Authorization: Bearer {{key}}" \
                  -H "Content-Type: application/json" \
                  -d '{"service":"checkout","severity":"INFO","message":"order 4711 paid in 182 ms"}'
                """),
        ];
    }
}
