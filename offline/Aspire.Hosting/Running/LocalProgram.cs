using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Building;

namespace Aspire.Hosting.Running;

/// <summary>One process to start: the program, its arguments (those of the resource follow), where, and what it reads first.</summary>
internal sealed record LocalCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, string? StandardInput = null);

/// <summary>What a program may need to know of the host that starts it.</summary>
internal sealed record LocalContext(IResource Resource, HostFolders Folders, Action<string> Log);

/// <summary>The process of this machine that does the work of a resource.</summary>
internal sealed class LocalProgram : IResourceAnnotation
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    public required Func<LocalContext, CancellationToken, ValueTask<LocalCommand>> Command { get; init; }

    /// <summary>The unprivileged account to use when the AppHost is run by root; null keeps the AppHost's own.</summary>
    public string? Account { get; init; }

    /// <summary>One sentence that says what is missing and which package to install, or null.</summary>
    public Func<string?> Missing { get; init; } = () => null;

    public int StopSignal { get; init; } = Terminate;

    /// <summary>Sent by the watchdog when the AppHost itself was killed.</summary>
    public int OrphanSignal { get; init; } = Kill;
}

/// <summary>A resource without a process of its own, such as a database: made ready once its parent is.</summary>
internal sealed class LocalReadiness(Func<CancellationToken, Task> prepare) : IResourceAnnotation
{
    public Func<CancellationToken, Task> Prepare { get; } = prepare;
}
