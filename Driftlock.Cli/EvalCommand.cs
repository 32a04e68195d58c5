using System.CommandLine;

namespace Driftlock.Cli;

internal static class EvalCommand
{
    public static Command Create() => new("eval");
}
