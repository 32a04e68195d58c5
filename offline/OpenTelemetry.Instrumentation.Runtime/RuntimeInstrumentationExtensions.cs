namespace OpenTelemetry.Metrics;

public static class RuntimeInstrumentationExtensions
{
    /// <summary>The runtime measures itself (garbage collector, threads, exceptions, processor time).</summary>
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder) => builder.AddMeter("System.Runtime");
}
