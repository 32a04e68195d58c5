using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Traces_metrics_and_logs_of_a_service_have_arrived_when_it_has_ended(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: protocol == "grpc");
        using var source = new ActivitySource("Driftlock.Tests.Telemetry");
        using var meter = new Meter("Driftlock.Tests.Telemetry");
        var counter = meter.CreateCounter<long>("driftlock.tests.counted");
        var builder = TestApp.CreateBuilder(
            "Production",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_SERVICE_NAME", "service-under-test"));
        builder.AddServiceDefaults();
        await using (var app = await TestApp.StartAsync(builder, a =>
        {
            a.MapDefaultEndpoints();
            a.MapGet("/things/{id}", (int id, ILogger<TelemetryTests> logger) =>
            {
                using var activity = source.StartActivity("own work");
                counter.Add(id);
                logger.LogWarning("Thing {Id} was asked for", id);
            });
            a.MapGet("/broken", void () => throw new InvalidOperationException("broken"));
        }))
        {
            using var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("plain");
            client.BaseAddress = app.Address;
            using var found = await client.GetAsync("/things/7?token=secret", TestContext.Current.CancellationToken);
            using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
            using var plain = new HttpClient { BaseAddress = app.Address };
            using var broken = await plain.GetAsync("/broken", TestContext.Current.CancellationToken);
        }

        var traces = receiver.Text("trace");
        Assert.Contains("GET /things/{id}", traces, StringComparison.Ordinal);
        Assert.Contains("http.route", traces, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code", traces, StringComparison.Ordinal);
        Assert.Contains("GET /broken", traces, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException", traces, StringComparison.Ordinal);
        Assert.Contains("own work", traces, StringComparison.Ordinal);
        Assert.Contains("System.Net.Http", traces, StringComparison.Ordinal);
        Assert.Contains("service-under-test", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /health", traces, StringComparison.Ordinal);

        var metrics = receiver.Text("metric");
        Assert.Contains("driftlock.tests.counted", metrics, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("http.client.request.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", metrics, StringComparison.Ordinal);

        Assert.Contains("Thing 7 was asked for", receiver.Text("log"), StringComparison.Ordinal);
    }
}
