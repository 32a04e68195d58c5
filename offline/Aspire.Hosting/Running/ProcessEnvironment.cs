using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>The environment variables that a process gets on top of those of the AppHost.</summary>
internal static class ProcessEnvironment
{
    public static async Task<IReadOnlyDictionary<string, string>> BuildAsync(Orchestrator host, Instance instance, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        var context = new EnvironmentCallbackContext(host.ExecutionContext, resource, cancellationToken);
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        foreach (var endpoint in endpoints.Where(e => e.PortVariable is not null))
            context.EnvironmentVariables[endpoint.PortVariable!] = instance.Endpoints[endpoint.Name];
        // Endpoints that tell their port by a variable of their own are not for Kestrel's default list.
        var addresses = endpoints.Where(e => e.UriScheme is "http" or "https" && e.PortVariable is null)
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.UriScheme}://localhost:{instance.Endpoints[e.Name]}"));
        if (resource is ProjectResource)
        {
            if (addresses.Any())
                context.EnvironmentVariables["ASPNETCORE_URLS"] = string.Join(';', addresses);
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = resource.Name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Id}";
        }
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);

        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
            variables[name] = await ResourceBuilderExtensions.ResolveAsync(value, cancellationToken);
        return variables;
    }
}
