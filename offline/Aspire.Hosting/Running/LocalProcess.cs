using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A child process in a session of its own, so that Ctrl+C reaches the AppHost alone, which then stops in order.</summary>
internal sealed partial class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Orchestrator _host;
    private readonly LocalProgram _program;
    private readonly Process _process;
    private readonly Task _output;

    private LocalProcess(Orchestrator host, Instance instance, LocalProgram program, Process process, string fileName, IReadOnlyDictionary<string, string> variables)
    {
        (_host, _program, _process, FileName, Variables) = (host, program, process, fileName, variables);
        Id = process.Id;
        host.Watchdog.Add(Id, program.OrphanSignal);
        _output = Task.WhenAll(CopyAsync(process.StandardOutput, instance.Resource.Name), CopyAsync(process.StandardError, instance.Resource.Name));
    }

    public int Id { get; }

    public string FileName { get; }

    public IReadOnlyDictionary<string, string> Variables { get; }

    public static async Task<LocalProcess> StartAsync(Orchestrator host, Instance instance, LocalProgram program, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        var command = await program.Command(new LocalContext(resource, host.Folders, line => host.Log.Write(resource.Name, line)), cancellationToken);
        var arguments = new CommandLineArgsCallbackContext(cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(arguments);
        var start = new ProcessStartInfo("setsid", [.. LocalAccount.Prefix(LocalAccount.Resolve(program.Account)), command.FileName, .. command.Arguments])
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var argument in arguments.Args)
            start.ArgumentList.Add(await ResourceBuilderExtensions.ResolveAsync(argument, cancellationToken));
        var variables = await ProcessEnvironment.BuildAsync(host, instance, cancellationToken);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        var process = Process.Start(start)!;
        var local = new LocalProcess(host, instance, program, process, command.FileName, variables);
        try
        {
            await process.StandardInput.WriteAsync((command.StandardInput ?? "").AsMemory(), CancellationToken.None);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It died before it read; whoever waits for its exit will see.
        }
        return local;
    }

    /// <summary>The exit code; 128 + n for a process ended by signal n.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and after some patience ends it.</summary>
    public async Task<int> StopAsync()
    {
        Signal(Id, _program.StopSignal);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Signal(-Id, LocalProgram.Kill);
            return await WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        // Whatever it started in its own group ends with it.
        Signal(-Id, LocalProgram.Kill);
        _host.Watchdog.Remove(Id);
        await _output.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);

    private static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    private async Task CopyAsync(StreamReader reader, string name)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                _host.Log.Write(name, line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process and its pipes are gone.
        }
    }
}
