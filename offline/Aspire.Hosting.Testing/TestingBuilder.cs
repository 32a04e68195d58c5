using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Building;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The AppHost's own builder, held until the test says build.</summary>
internal sealed class TestingBuilder(TestingScope scope) : IDistributedApplicationTestingBuilder
{
    private readonly DistributedApplicationBuilder _builder = scope.Builder!;

    public string AppHostDirectory => _builder.AppHostDirectory;

    public Assembly? AppHostAssembly => _builder.AppHostAssembly;

    public ConfigurationManager Configuration => _builder.Configuration;

    public IHostEnvironment Environment => _builder.Environment;

    public IServiceCollection Services => _builder.Services;

    public DistributedApplicationExecutionContext ExecutionContext => _builder.ExecutionContext;

    public IResourceCollection Resources => _builder.Resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => _builder.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => _builder.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        if (!scope.HoldsEntryPoint)
            return _builder.Build();
        scope.MayBuild.TrySetResult();
        return await scope.Application.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        // An entry point that was never allowed to build must not wait for ever.
        if (scope.HoldsEntryPoint && !scope.MayBuild.Task.IsCompleted)
        {
            scope.Ended.TrySetResult();
            await (await BuildAsync()).DisposeAsync();
        }
    }
}
