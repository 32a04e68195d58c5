namespace Driftlock.Web.Components.Live;

internal static partial class LiveLog
{
    [LoggerMessage(1, LogLevel.Error, "The live feed of a page stopped")]
    public static partial void Stopped(ILogger logger, Exception exception);
}
