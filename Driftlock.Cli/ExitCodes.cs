namespace Driftlock.Cli;

internal static class ExitCodes
{
    public const int Done = 0;
    public const int AnomaliesFound = 1;
    public const int BadInput = 2;
}
