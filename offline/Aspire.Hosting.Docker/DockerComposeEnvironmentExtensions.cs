using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;

namespace Aspire.Hosting.Docker
{
    /// <summary>A publishing target; publishing needs the real packages, running ignores it.</summary>
    public class DockerComposeEnvironmentResource(string name) : Resource(name);
}

namespace Aspire.Hosting
{
    public static class DockerComposeEnvironmentExtensions
    {
        public static IResourceBuilder<DockerComposeEnvironmentResource> AddDockerComposeEnvironment(this IDistributedApplicationBuilder builder, string name) =>
            builder.AddResource(new DockerComposeEnvironmentResource(name));

        public static IResourceBuilder<DockerComposeEnvironmentResource> WithDashboard(
            this IResourceBuilder<DockerComposeEnvironmentResource> builder, bool enabled = true) => enabled ? builder : builder.WithAnnotation(new NoDashboard());

        private sealed class NoDashboard : IResourceAnnotation;
    }
}
