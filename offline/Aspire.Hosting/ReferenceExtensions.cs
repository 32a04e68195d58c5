using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>References: the variables by which one resource learns of another.</summary>
public static class ReferenceExtensions
{
    /// <summary>Gives ConnectionStrings__name and the connection properties NAME_HOST, NAME_PORT and so on.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        return builder.WithAnnotation(new ReferenceAnnotation(resource)).WithEnvironment(async context =>
        {
            var flags = Flags(context.Resource);
            var value = await resource.GetConnectionStringAsync(context.CancellationToken);
            if (string.IsNullOrEmpty(value))
            {
                if (!optional)
                    throw new DistributedApplicationException($"The connection string of '{resource.Name}' is empty.");
                return;
            }
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = value;
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                foreach (var (key, expression) in resource.GetConnectionProperties())
                    context.EnvironmentVariables[$"{Encode(name)}_{Encode(key)}"] = expression;
            }
        });
    }

    /// <summary>Gives services__name__endpoint__0 and NAME_ENDPOINT for every endpoint of the source.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source) where TDestination : IResourceWithEnvironment =>
        builder.WithReference(source, source.Resource.Name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name) where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceAnnotation(source.Resource)).WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>())
                Inject(context, name, new EndpointReference(source.Resource, endpoint.Name));
        });

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment => builder.WithAnnotation(new ReferenceAnnotation(endpointReference.Resource))
            .WithEnvironment(context => Inject(context, endpointReference.Resource.Name, endpointReference));

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment($"services__{name}__default__0", uri.ToString());

    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags) where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceEnvironmentAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);

    private static void Inject(EnvironmentCallbackContext context, string name, EndpointReference endpoint)
    {
        var flags = Flags(context.Resource);
        if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            context.EnvironmentVariables[$"services__{name}__{endpoint.EndpointName}__0"] = endpoint;
        if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            context.EnvironmentVariables[$"{Encode(name)}_{Encode(endpoint.EndpointName)}"] = endpoint;
    }

    private static ReferenceEnvironmentInjectionFlags Flags(IResource resource) =>
        resource.Annotations.OfType<ReferenceEnvironmentAnnotation>().LastOrDefault()?.Flags ?? ReferenceEnvironmentInjectionFlags.All;

    private static string Encode(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
