using System.CommandLine;

namespace Driftlock.Cli;

internal static class ScanCommand
{
    public static Command Create() => new("scan");
}
