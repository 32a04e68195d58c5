using Driftlock.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of Driftlock has in common; each Program starts with it.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Telemetry, console logs, health checks, and HTTP clients that find services by name and survive their hiccups.</summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="patience">How long and how often its clients try, where that differs from the standard.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, Action<HttpStandardResilienceOptions>? patience = null)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddLogLevels();
        builder.AddConsoleLogs();
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // Resilience outside, discovery inside: each attempt asks anew where the service is. Whether a request that changes something
            // may be sent twice is known to its caller only.
#pragma warning disable EXTEXP0001 // Marked experimental in some versions; the alternative is to name the methods here.
            http.AddStandardResilienceHandler(options =>
            {
                options.Retry.DisableForUnsafeHttpMethods();
                patience?.Invoke(options);
            });
#pragma warning restore EXTEXP0001
            http.AddServiceDiscovery();
        });
        return builder;
    }
}
