using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Building;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddParameterFromConfiguration(name, $"Parameters:{name}", secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false) =>
        publishValueAsDefault && secret
            ? throw new ArgumentException("A secret is not published.", nameof(secret))
            : builder.AddResource(new ParameterResource(name, _ => valueGetter(), secret));

    /// <summary>A parameter with a default; with <paramref name="persist"/> a generated one stays the same from run to run.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(new ParameterResource(
            name,
            _ => builder.Configuration[$"Parameters:{name}"]
                ?? (persist ? Secrets(builder).GetOrAdd(name, value.GetDefaultValue) : value.GetDefaultValue()),
            secret));

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        builder.AddResource(new ParameterResource(
            name,
            _ => builder.Configuration[configurationKey]
                ?? throw new DistributedApplicationException($"Parameter '{name}' has no value: set configuration '{configurationKey}'."),
            secret));

    /// <summary>By the services, which every kind of builder passes on.</summary>
    private static SecretStore Secrets(IDistributedApplicationBuilder builder) =>
        (SecretStore)builder.Services.First(s => s.ServiceType == typeof(SecretStore)).ImplementationInstance!;
}
