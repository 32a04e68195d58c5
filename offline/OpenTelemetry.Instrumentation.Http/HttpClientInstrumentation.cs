#pragma warning disable IDE0161 // Two namespaces, as the real package has it.
namespace OpenTelemetry.Metrics
{
    public static class HttpClientInstrumentationMeterProviderBuilderExtensions
    {
        public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder) =>
            builder.AddMeter("System.Net.Http", "System.Net.NameResolution");
    }
}

namespace OpenTelemetry.Trace
{
    public static class HttpClientInstrumentationTracerProviderBuilderExtensions
    {
        /// <summary>The framework names and tags the spans of its client by the semantic conventions.</summary>
        public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder) => builder.AddSource("System.Net.Http");
    }
}
