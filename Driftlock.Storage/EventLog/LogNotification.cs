namespace Driftlock.Storage.EventLog;

/// <summary>The Postgres notification of an append. Payload: the partitions that grew, separated by commas.</summary>
public static class LogNotification
{
    public const string Channel = "driftlock_log";
}
