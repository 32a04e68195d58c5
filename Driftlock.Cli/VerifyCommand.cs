using System.CommandLine;

namespace Driftlock.Cli;

internal static class VerifyCommand
{
    public static Command Create() => new("verify");
}
