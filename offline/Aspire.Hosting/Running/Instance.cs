using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>One replica of a resource: waits for what it depends on, runs, is watched, restarted when it dies, stopped.</summary>
internal sealed class Instance(Orchestrator host, IResource resource, string id, IReadOnlyDictionary<string, int> ports)
{
    /// <summary>Starts in a row that never became healthy, after which the instance is left dead.</summary>
    private const int MaximumFailures = 10;

    /// <summary>The same for a job that others wait for: they should learn soon that it fails.</summary>
    private const int MaximumJobFailures = 2;

    private readonly Lock _gate = new();
    private CancellationTokenSource _stopping = new();
    private Task _life = Task.CompletedTask;
    private bool _becameHealthy;

    public IResource Resource { get; } = resource;

    public string Id { get; } = id;

    /// <summary>Ports by endpoint name; replicas after the first have their own.</summary>
    public IReadOnlyDictionary<string, int> Endpoints { get; } = ports;

    public void Start()
    {
        lock (_gate)
        {
            if (!_life.IsCompleted)
                return;
            _stopping.Dispose();
            _stopping = new CancellationTokenSource();
            var cancellationToken = _stopping.Token;
            // Before anyone can take the end of the last life for the state of this one.
            Publish(KnownResourceStates.Waiting);
            _life = Task.Run(() => LiveAsync(cancellationToken), CancellationToken.None);
        }
    }

    public async Task StopAsync()
    {
        Task life;
        lock (_gate)
        {
            _stopping.Cancel();
            life = _life;
        }
        await life;
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await host.Dependencies.WaitAsync(Resource, cancellationToken);
            Publish(KnownResourceStates.Starting);
            if (Resource.Annotations.OfType<LocalProgram>().FirstOrDefault() is { } program)
                await RunAsync(program, cancellationToken);
            else
                await PrepareAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Publish(KnownResourceStates.Exited);
        }
        catch (Exception e)
        {
            host.Log.Write(Resource.Name, e is DistributedApplicationException ? e.Message : e.ToString());
            Publish(KnownResourceStates.FailedToStart);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var readiness in Resource.Annotations.OfType<LocalReadiness>())
            await readiness.Prepare(cancellationToken);
        Publish(KnownResourceStates.Running);
        await WatchHealthAsync(cancellationToken);
    }

    private async Task RunAsync(LocalProgram program, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            int exitCode;
            _becameHealthy = false;
            await using (var process = await LocalProcess.StartAsync(host, this, program, cancellationToken))
            {
                Publish(KnownResourceStates.Running, process);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var health = WatchHealthAsync(ended.Token);
                try
                {
                    exitCode = await process.WaitForExitAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Publish(KnownResourceStates.Stopping);
                    exitCode = await process.StopAsync();
                    Publish(KnownResourceStates.Exited, exitCode: exitCode);
                    return;
                }
                finally
                {
                    await ended.CancelAsync();
                    await health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            var isJob = host.Dependencies.IsJob(Resource);
            failures = _becameHealthy && !isJob ? 1 : failures + 1;
            if (exitCode == 0 || failures > (isJob ? MaximumJobFailures : MaximumFailures))
            {
                Publish(KnownResourceStates.Finished, exitCode: exitCode);
                return;
            }
            var pause = TimeSpan.FromMilliseconds(Math.Min(5_000, 125 << failures));
            host.Log.Write(Resource.Name, $"ended with {exitCode}; started again in {pause.TotalSeconds:0.##} s");
            Publish(KnownResourceStates.Starting);
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>Asks the health checks, often until they pass and then every few seconds.</summary>
    private async Task WatchHealthAsync(CancellationToken cancellationToken)
    {
        var keys = Resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        var known = default(HealthStatus?);
        while (true)
        {
            var status = keys.Count == 0 ? HealthStatus.Healthy : await host.CheckAsync(keys, cancellationToken);
            _becameHealthy |= status == HealthStatus.Healthy;
            if (status != known)
                _ = host.Notifications.PublishUpdateAsync(Resource, Id, s => s with { HealthStatus = status });
            known = status;
            if (keys.Count == 0)
                return;
            await Task.Delay(status == HealthStatus.Healthy ? 3_000 : 150, cancellationToken);
        }
    }

    private void Publish(string state, LocalProcess? process = null, int? exitCode = null) =>
        host.Notifications.PublishUpdateAsync(Resource, Id, s => s with
        {
            State = state,
            HealthStatus = null,
            ExitCode = exitCode,
            StartTimeStamp = process is null ? s.StartTimeStamp : DateTime.UtcNow,
            StopTimeStamp = KnownResourceStates.TerminalStates.Contains(state) ? DateTime.UtcNow : null,
            Properties = process is null ? [] : [new("executable.pid", process.Id), new("executable.path", process.FileName)],
            EnvironmentVariables = process is null ? s.EnvironmentVariables
                : [.. process.Variables.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, true))],
            Urls = [.. Resource.Annotations.OfType<EndpointAnnotation>()
                .Select(e => new UrlSnapshot(e.Name, FormattableString.Invariant($"{e.UriScheme}://localhost:{Endpoints.GetValueOrDefault(e.Name)}"), false))]
        });
}
