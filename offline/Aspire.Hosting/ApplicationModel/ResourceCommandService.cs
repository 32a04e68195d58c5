using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Stops, starts and restarts resources while the application runs.</summary>
public class ResourceCommandService
{
    private readonly Orchestrator _orchestrator;

    internal ResourceCommandService(Orchestrator orchestrator) => _orchestrator = orchestrator;

    /// <param name="resourceId">The id of an instance, or the name of a resource that has one instance.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var instances = _orchestrator.Instances.Where(i => i.Id == resourceId).ToArray();
        if (instances.Length == 0)
            instances = [.. _orchestrator.Instances.Where(i => string.Equals(i.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase))];
        return instances.Length == 1
            ? ExecuteAsync(instances, commandName, cancellationToken)
            : Task.FromResult(new ExecuteCommandResult { Success = false, Message = $"Resource '{resourceId}' not found." });
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteAsync([.. _orchestrator.Instances.Where(i => i.Resource == resource)], commandName, cancellationToken);

    private static async Task<ExecuteCommandResult> ExecuteAsync(Instance[] instances, string command, CancellationToken cancellationToken)
    {
        var (stop, start) = command switch
        {
            "stop" => (true, false),
            "start" => (false, true),
            "restart" => (true, true),
            _ => (false, false)
        };
        if (!stop && !start)
            return new ExecuteCommandResult { Success = false, Message = $"Command '{command}' not available." };
        if (stop)
            await Task.WhenAll(instances.Select(i => i.StopAsync())).WaitAsync(cancellationToken);
        if (start)
        {
            foreach (var instance in instances)
                instance.Start();
        }
        return new ExecuteCommandResult { Success = true };
    }
}
