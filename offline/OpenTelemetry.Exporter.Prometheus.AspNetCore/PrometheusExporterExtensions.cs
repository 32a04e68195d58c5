using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Exporter.Prometheus;

#pragma warning disable IDE0130 // The package's own namespaces.
namespace OpenTelemetry.Metrics
{
    public static class PrometheusExporterMeterProviderBuilderExtensions
    {
        public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder) => builder
            .ConfigureServices(services => services.TryAddSingleton<PrometheusExporter>())
            .AddReader(services => new BaseExportingMetricReader(services.GetRequiredService<PrometheusExporter>()));
    }
}

namespace Microsoft.AspNetCore.Builder
{
    public static class PrometheusExporterEndpointRouteBuilderExtensions
    {
        private const string DefaultPath = "/metrics";

        private const string ContentType = "text/plain; charset=utf-8; version=0.0.4";

        /// <summary>Answers with all that is measured, in Prometheus' text format.</summary>
        public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(this IEndpointRouteBuilder endpoints) =>
            endpoints.MapGet(DefaultPath, static context =>
            {
                context.Response.ContentType = ContentType;
                return context.Response.WriteAsync(context.RequestServices.GetRequiredService<PrometheusExporter>().Scrape(), context.RequestAborted);
            });
    }
}
