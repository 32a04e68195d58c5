using System.CommandLine;

namespace Driftlock.Cli;

internal static class BenchCommand
{
    public static Command Create() => new("bench");
}
