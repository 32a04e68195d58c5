using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace OpenTelemetry.Trace;

public static class AspNetCoreInstrumentationTracerProviderBuilderExtensions
{
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(this TracerProviderBuilder builder) =>
        builder.AddAspNetCoreInstrumentation(configureAspNetCoreTraceInstrumentationOptions: null);

    public static TracerProviderBuilder AddAspNetCoreInstrumentation(
        this TracerProviderBuilder builder, Action<AspNetCoreTraceInstrumentationOptions>? configureAspNetCoreTraceInstrumentationOptions)
    {
        if (configureAspNetCoreTraceInstrumentationOptions is not null)
        {
            builder.ConfigureServices(services => services.Configure(configureAspNetCoreTraceInstrumentationOptions));
        }

        return builder
            .AddSource("Microsoft.AspNetCore")
            .AddInstrumentation(services =>
                new ServerSpans(services.GetRequiredService<IOptionsMonitor<AspNetCoreTraceInstrumentationOptions>>().CurrentValue));
    }
}
