namespace Driftlock.Web.Components.Playground;

internal static partial class PlaygroundLog
{
    [LoggerMessage(1, LogLevel.Warning, "A file of the playground could not be read from the browser")]
    public static partial void Unread(ILogger logger, Exception exception);
}
