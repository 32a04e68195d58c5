using System.Reflection;
using Aspire.Hosting.Building;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs the entry point of an AppHost inside a test, with ports, data and secrets of its own.</summary>
public static class DistributedApplicationTestingBuilder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>([], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
        => CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, [], (_, _) => { }, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, args, (_, _) => { }, cancellationToken);

    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
    {
        var main = entryPoint.Assembly.EntryPoint
            ?? throw new InvalidOperationException($"{entryPoint.Assembly.GetName().Name} has no entry point.");
        var scope = new TestingScope(entryPoint.Assembly, args, configureBuilder);
        var thread = new Thread(() => RunEntryPoint(main, scope)) { IsBackground = true, Name = "AppHost under test" };
        thread.Start();
        await scope.Ready.Task.WaitAsync(Patience, cancellationToken);
        return new TestingBuilder(scope);
    }

    /// <summary>A builder without an AppHost: the test adds the resources itself.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { });

    public static IDistributedApplicationTestingBuilder Create(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        var scope = new TestingScope(Assembly.GetCallingAssembly(), args, configureBuilder) { HoldsEntryPoint = false };
        var outer = TestingScope.Current;
        TestingScope.Current = scope;
        try
        {
            DistributedApplication.CreateBuilder();
        }
        finally
        {
            TestingScope.Current = outer;
        }
        return new TestingBuilder(scope);
    }

    private static void RunEntryPoint(MethodInfo main, TestingScope scope)
    {
        TestingScope.Current = scope;
        try
        {
            var result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            (result as Task)?.GetAwaiter().GetResult();
            scope.Ready.TrySetException(new InvalidOperationException("The AppHost ended before it built its application."));
        }
        catch (Exception e)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            scope.Ready.TrySetException(cause);
            scope.Application.TrySetException(cause);
        }
    }
}

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
