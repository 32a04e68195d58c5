using Driftlock.Telemetry.Files;

namespace Driftlock.Cli;

/// <summary>Turns what a user can cause into one line on standard error and exit code 2; anything else is a defect and shows itself.</summary>
internal static class Guarded
{
    public static int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception failure) when (failure is InputException or FileFormatException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine($"driftlock: {failure.Message}");
            return ExitCodes.BadInput;
        }
    }
}
