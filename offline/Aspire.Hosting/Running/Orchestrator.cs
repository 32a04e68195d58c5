using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Building;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Runs the resources of an application as processes of this machine, and leaves none behind.</summary>
internal sealed class Orchestrator(
    IResourceCollection resources, ResourceNotificationService notifications, HealthCheckService health, HostFolders folders, HostLog log,
    IConfiguration configuration, DistributedApplicationExecutionContext executionContext) : IHostedService
{
    private readonly SemaphoreSlim _stopping = new(1, 1);
    private readonly List<Instance> _instances = [];
    private readonly List<int> _ports = [];
    private FileStream? _lock;
    private Watchdog? _watchdog;
    private AddressTable? _table;

    public IResourceCollection Resources => resources;

    public IReadOnlyList<Instance> Instances => _instances;

    public ResourceNotificationService Notifications => notifications;

    public HostFolders Folders => folders;

    public HostLog Log => log;

    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    public Dependencies Dependencies => field ??= new Dependencies(this);

    public Watchdog Watchdog => _watchdog ?? throw new InvalidOperationException("The application is not started.");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (executionContext.IsPublishMode)
            throw new DistributedApplicationException("Publishing needs the real Aspire packages; this build uses the stand-ins (docs/OFFLINE.md).");
        foreach (var program in resources.SelectMany(r => r.Annotations.OfType<LocalProgram>()))
        {
            if (program.Missing() is { } sentence)
                throw new DistributedApplicationException(sentence);
        }
        Directory.CreateDirectory(folders.Root);
        _lock = Hold(Path.Combine(folders.Root, "apphost.lock"));
        _watchdog = new Watchdog(folders.Fleeting);
        var random = configuration.GetValue("DcpPublisher:RandomizePorts", false);
        foreach (var resource in resources.Where(r => r.Annotations.Any(a => a is LocalProgram or LocalReadiness)))
        {
            var replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
            for (var replica = 0; replica < replicas; replica++)
                _instances.Add(new Instance(this, resource, $"{resource.Name}-{Guid.NewGuid().ToString("N")[..8]}", AllocatePorts(resource, replica, random)));
        }
        foreach (var instance in _instances)
            instance.Start();
        _table = new AddressTable(this);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.WaitAsync(CancellationToken.None);
        try
        {
            if (_watchdog is null)
                return;
            if (_table is not null)
                await _table.DisposeAsync();
            foreach (var group in Dependencies.StopOrder())
                await Task.WhenAll(group.Select(i => i.StopAsync()));
            _watchdog.Dispose();
            _watchdog = null;
            foreach (var port in _ports)
                Ports.Release(port);
            if (_lock is not null)
                await _lock.DisposeAsync();
            foreach (var folder in folders.Fleeting.Where(Directory.Exists))
                Directory.Delete(folder, recursive: true);
        }
        finally
        {
            _stopping.Release();
        }
    }

    public async Task<HealthStatus> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken) =>
        (await health.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken)).Status;

    private Dictionary<string, int> AllocatePorts(IResource resource, int replica, bool random)
    {
        var ports = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var wanted = random || replica > 0 ? null : endpoint.Port ?? endpoint.TargetPort;
            var port = Ports.Allocate(wanted, warning => log.Write(resource.Name, $"{endpoint.Name}: {warning}"));
            if (replica == 0)
                endpoint.AllocatedPort = port;
            _ports.Add(port);
            ports.Add(endpoint.Name, port);
        }
        return ports;
    }

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DistributedApplicationException($"Another AppHost of this checkout is running (it holds {path}); stop that one first.");
        }
    }
}
