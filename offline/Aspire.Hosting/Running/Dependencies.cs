using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>Who waits for whom, and the order of stopping that follows.</summary>
internal sealed class Dependencies(Orchestrator host)
{
    /// <summary>Others wait for its completion, so it is not a service.</summary>
    public bool IsJob(IResource resource) => host.Resources.Any(r => r.Annotations.OfType<WaitAnnotation>()
        .Any(w => w.Resource == resource && w.WaitType == WaitType.WaitForCompletion));

    public async Task WaitAsync(IResource resource, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().ToList();
        if (resource is IResourceWithParent child)
            waits.Add(new WaitAnnotation(child.Parent, WaitType.WaitUntilHealthy));
        foreach (var wait in waits)
        {
            foreach (var instance in host.Instances.Where(i => i.Resource == wait.Resource))
            {
                var e = await host.Notifications.WaitForResourceAsync(instance.Id, e => Met(wait, e) || Ended(e), cancellationToken);
                if (!Met(wait, e))
                {
                    throw new DistributedApplicationException(
                        $"'{resource.Name}' is not started: '{wait.Resource.Name}' is {e.Snapshot.State?.Text}{(e.Snapshot.ExitCode is { } code ? $" with exit code {code}" : "")}.");
                }
            }
        }
    }

    /// <summary>Groups of resources that may stop together; users before what they use.</summary>
    public IEnumerable<IGrouping<int, Instance>> StopOrder()
    {
        var depths = new Dictionary<IResource, int>();
        return host.Instances.GroupBy(i => Depth(i.Resource, depths)).OrderByDescending(g => g.Key);
    }

    private static bool Met(WaitAnnotation wait, ResourceEvent e) => wait.WaitType switch
    {
        WaitType.WaitUntilHealthy => e.Snapshot.HealthStatus == HealthStatus.Healthy,
        WaitType.WaitUntilStarted => e.Snapshot.State?.Text == KnownResourceStates.Running,
        _ => e.Snapshot.State?.Text == KnownResourceStates.Finished && e.Snapshot.ExitCode == wait.ExitCode
    };

    private static bool Ended(ResourceEvent e) => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? "");

    private static int Depth(IResource resource, Dictionary<IResource, int> depths)
    {
        if (depths.TryGetValue(resource, out var known))
            return known;
        depths[resource] = 0; // a circle ends here
        var used = resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
            .Concat(resource.Annotations.OfType<ReferenceAnnotation>().Select(r => r.Resource))
            .Concat(resource is IResourceWithParent child ? [child.Parent] : []);
        return depths[resource] = used.Select(u => 1 + Depth(u, depths)).DefaultIfEmpty(0).Max();
    }
}
