using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Settings of containers that mean nothing to a local process are accepted and left alone.</summary>
public static class ContainerResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithLifetime<T>(this IResourceBuilder<T> builder, ContainerLifetime lifetime) where T : ContainerResource =>
        Enum.IsDefined(lifetime) ? builder : throw new ArgumentOutOfRangeException(nameof(lifetime));

    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag) where T : ContainerResource =>
        tag.Length > 0 ? builder : throw new ArgumentException("An image tag is not empty.", nameof(tag));
}
