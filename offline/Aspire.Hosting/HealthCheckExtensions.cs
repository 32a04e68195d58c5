using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static class HealthCheckExtensions
{
    /// <summary>A check that was registered with the builder's services under this key.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource =>
        builder.WithAnnotation(new HealthCheckAnnotation(key));

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints => builder.WithHttpHealthCheck(
            () => new EndpointReference(builder.Resource, endpointName ?? FirstHttp(builder.Resource)), path, statusCode);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null) where T : IResourceWithEndpoints
    {
        var expected = statusCode ?? 200;
        var key = string.Create(CultureInfo.InvariantCulture, $"{builder.Resource.Name}_{path}_{expected}_check");
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            var endpoint = endpointSelector?.Invoke() ?? new EndpointReference(builder.Resource, FirstHttp(builder.Resource));
            try
            {
                using var response = await client.GetAsync(new Uri(new Uri(endpoint.Url), path ?? "/"), cancellationToken);
                return (int)response.StatusCode == expected ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"status {(int)response.StatusCode}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return HealthCheckResult.Unhealthy(e.Message);
            }
        });
        return builder.WithHealthCheck(key);
    }

    private static string FirstHttp(IResource resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme is "http" or "https")?.Name ?? "http";
}
