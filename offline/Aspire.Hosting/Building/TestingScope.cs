using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Building;

/// <summary>
/// Ties the entry point of an AppHost, run inside a test, to the test that asked for it: the entry point is held in Build until
/// the test builds, and in Run until the test disposes.
/// </summary>
internal sealed class TestingScope(Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
{
    private static readonly AsyncLocal<TestingScope?> CurrentScope = new();

    public static TestingScope? Current
    {
        get => CurrentScope.Value;
        set => CurrentScope.Value = value;
    }

    public Assembly AppHost { get; } = appHost;

    /// <summary>Given after the AppHost's own arguments, so these win.</summary>
    public string[] Args { get; } = [.. args, "--DcpPublisher:RandomizePorts=true"];

    public DistributedApplicationBuilder? Builder { get; private set; }

    public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource MayBuild { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<DistributedApplication> Application { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False where the test itself is the entry point (Create instead of CreateAsync).</summary>
    public bool HoldsEntryPoint { get; init; } = true;

    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings) => configure(options, settings);

    public void Created(DistributedApplicationBuilder builder) => Builder = builder;

    public void BeforeBuild()
    {
        if (!HoldsEntryPoint)
            return;
        Ready.TrySetResult();
        MayBuild.Task.Wait();
    }

    public void Built(DistributedApplication application) => Application.TrySetResult(application);
}
