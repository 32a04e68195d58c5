using System.Collections.Concurrent;
using Aspire.Hosting.Building;

namespace Aspire.Hosting.Running;

/// <summary>What the resources print: by resource in artifacts/logs, and on the console with the name before each line.</summary>
internal sealed class HostLog(HostFolders folders, bool toConsole) : IDisposable
{
    /// <summary>A log file starts again from nothing beyond this size, in bytes.</summary>
    private const long MaximumLength = 64 * 1024 * 1024;

    private static readonly string[] Colours = ["36", "33", "32", "35", "34", "96", "93", "92", "95"];
    private readonly ConcurrentDictionary<string, StreamWriter> _files = new();
    private readonly bool _coloured = toConsole && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    public void Write(string name, string line)
    {
        var file = _files.GetOrAdd(name, n => new StreamWriter(
            new FileStream(Path.Combine(folders.Logs, n + ".log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true });
        lock (file)
        {
            if (file.BaseStream.Length > MaximumLength)
                file.BaseStream.SetLength(0);
            file.WriteLine(line);
        }
        if (!toConsole)
            return;
        var colour = Colours[(int)((uint)string.GetHashCode(name, StringComparison.Ordinal) % Colours.Length)];
        Console.Out.WriteLine(_coloured ? $"\u001b[{colour}m{name,-12}\u001b[0m {line}" : $"{name,-12} {line}");
    }

    public void Announce(string text)
    {
        if (toConsole)
            Console.Out.WriteLine(text);
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }
}
