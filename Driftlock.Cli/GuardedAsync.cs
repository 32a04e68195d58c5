namespace Driftlock.Cli;

/// <summary>As <see cref="Guarded"/>, for commands that talk to a server.</summary>
internal static class GuardedAsync
{
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception failure) when (failure is InputException or IOException or UnauthorizedAccessException or InvalidDataException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"driftlock: {failure.Message}");
            return ExitCodes.BadInput;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("driftlock: stopped");
            return ExitCodes.BadInput;
        }
    }
}
