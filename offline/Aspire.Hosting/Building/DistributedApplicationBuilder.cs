using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Building;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly ResourceCollection _resources = [];
    private readonly TestingScope? _testing = TestingScope.Current;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        AppHostAssembly = _testing?.AppHost ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        Folders = new HostFolders(AppHostAssembly, _testing is not null);
        var settings = new HostApplicationBuilderSettings
        {
            Args = [.. options.Args ?? [], .. _testing?.Args ?? []],
            ContentRootPath = Folders.AppHostDirectory,
            ApplicationName = AppHostAssembly?.GetName().Name
        };
        _testing?.Configure(options, settings);
        _host = Host.CreateApplicationBuilder(settings);
        _host.Logging.ClearProviders();
        ExecutionContext = new(Publishing(_host.Configuration) ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run);

        Services.AddHealthChecks();
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Folders);
        Services.AddSingleton(new SecretStore(Folders.Secrets));
        Services.AddSingleton<IResourceCollection>(_resources);
        Services.AddSingleton(new HostLog(Folders, toConsole: _testing is null));
        Services.AddSingleton(_ => new ResourceNotificationService());
        Services.AddSingleton<Orchestrator>();
        Services.AddSingleton(services => new ResourceCommandService(services.GetRequiredService<Orchestrator>()));
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(60));
        Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        _testing?.Created(this);
    }

    public HostFolders Folders { get; }

    public string AppHostDirectory => Folders.AppHostDirectory;

    public Assembly? AppHostAssembly { get; }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources => _resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (_resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
            throw new DistributedApplicationException($"Cannot add resource '{resource.Name}': there is one of that name, a {other.GetType().Name}.");
        _resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _testing?.BeforeBuild();
        var application = new DistributedApplication(_host.Build(), _testing);
        _testing?.Built(application);
        return application;
    }

    private static bool Publishing(ConfigurationManager configuration) =>
        configuration["publisher"] is not null || configuration["operation"] is "publish" or "Publish" || configuration["AppHost:Operation"] is "publish";
}
