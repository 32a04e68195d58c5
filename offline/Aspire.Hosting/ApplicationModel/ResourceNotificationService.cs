using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of every instance, and the way to wait for one.</summary>
public class ResourceNotificationService
{
    private readonly ConcurrentDictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly Lock _gate = new();

    internal ResourceNotificationService()
    {
    }

    public bool TryGetCurrentState(string resourceId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (_current.TryGetValue(resourceId, out resourceEvent))
            return true;
        var named = _current.Values.Where(e => Named(e, resourceId)).Take(2).ToArray();
        resourceEvent = named.Length == 1 ? named[0] : null;
        return resourceEvent is not null;
    }

    /// <summary>The states of now, then every change. An observer that is 10,000 changes behind misses the oldest of them.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<ResourceEvent>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
        ResourceEvent[] known;
        lock (_gate)
        {
            _watchers.Add(channel);
            known = [.. _current.Values];
        }
        try
        {
            foreach (var e in known)
                yield return e;
            await foreach (var e in channel.Reader.ReadAllAsync(cancellationToken))
                yield return e;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(channel);
        }
    }

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var e in WatchAsync(cancellationToken))
        {
            if ((Named(e, resourceName) || string.Equals(e.ResourceId, resourceName, StringComparison.OrdinalIgnoreCase)) && predicate(e))
                return e;
        }
        throw new OperationCanceledException($"The wait for resource '{resourceName}' ended.");
    }

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToArray();
        var e = await WaitForResourceAsync(resourceName, e => states.Contains(e.Snapshot.State?.Text, StringComparer.OrdinalIgnoreCase), cancellationToken);
        return e.Snapshot.State!.Text;
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    /// <summary>Waits until one instance runs and all its health checks pass; throws when it has ended for good and is not waited for.</summary>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var e = await WaitForResourceAsync(resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && Ended(e)), cancellationToken);
        return Ended(e)
            ? throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy: it is {e.Snapshot.State?.Text}.")
            : e;
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_gate)
        {
            var before = _current.TryGetValue(resourceId, out var known) ? known.Snapshot
                : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal), Properties = [] };
            var e = new ResourceEvent(resource, resourceId, stateFactory(before));
            _current[resourceId] = e;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(e);
        }
        return Task.CompletedTask;
    }

    private static bool Named(ResourceEvent e, string name) => string.Equals(e.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool Ended(ResourceEvent e) => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? "");
}
