using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, options =>
        {
            options.ExcludeLaunchProfile = launchProfileName is null;
            options.LaunchProfileName = launchProfileName;
        });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, Action<ProjectResourceOptions> configure) where TProject : IProjectMetadata, new()
    {
        var options = new ProjectResourceOptions();
        configure(options);
        return Add(builder, name, new TProject(), options);
    }

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        Add(builder, name, new ProjectAtPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)), new ProjectResourceOptions());

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        var folder = Path.GetFullPath(workingDirectory, builder.AppHostDirectory);
        var executable = builder.AddResource(new ExecutableResource(name, command, folder))
            .WithAnnotation(new LocalProgram { Command = (_, _) => ValueTask.FromResult(new LocalCommand(command, [], folder)) });
        return executable.WithArgs(args ?? []);
    }

    private static IResourceBuilder<ProjectResource> Add(IDistributedApplicationBuilder builder, string name, IProjectMetadata project, ProjectResourceOptions options)
    {
        var resource = builder.AddResource(new ProjectResource(name)).WithAnnotation(project).WithAnnotation(ProjectProgram.Create(project));
        if (!options.ExcludeLaunchProfile)
            LaunchProfile.Read(project.ProjectPath, options.LaunchProfileName)?.ApplyTo(resource);
        return resource.WithEnvironment(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
            // No dashboard here: telemetry is exported only where the AppHost's own configuration names a collector.
            if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } collector)
            {
                variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
                variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
            }
        });
    }

    private sealed class ProjectAtPath(string path) : IProjectMetadata
    {
        public string ProjectPath { get; } = path;
    }
}
