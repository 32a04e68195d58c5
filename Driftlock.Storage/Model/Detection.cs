namespace Driftlock.Storage.Model;

/// <summary>A version of a tenant's settings. Rows are only ever added: the newest holds, the others are its history.</summary>
public sealed class TenantSettingsVersion
{
    /// <summary>The tenant of what holds for all that configured nothing.</summary>
    public const int Deployment = 0;

    public int TenantId { get; set; }

    /// <summary>Counts from 1.</summary>
    public long Version { get; set; }

    /// <summary>Driftlock.Cbad.Settings.TenantSettings as JSON.</summary>
    public required string Settings { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public required string ChangedBy { get; set; }

    public string? Note { get; set; }

    /// <summary>Of its entry in each partition of the event log, in their order: from there on it holds.</summary>
    public required long[] Offsets { get; set; }
}

/// <summary>A pinned baseline of one number of a stream, as the engine reported it.</summary>
public sealed class StreamAnchor
{
    public long Id { get; set; }

    public int TenantId { get; set; }

    public long StreamId { get; set; }

    /// <summary>What the number is.</summary>
    public required string Channel { get; set; }

    /// <summary>Values of a block.</summary>
    public long BlockEvents { get; set; }

    public DateTimeOffset FirstTime { get; set; }

    public DateTimeOffset LastTime { get; set; }

    /// <summary>Of the blocks, in their order.</summary>
    public required double[] Means { get; set; }

    public DateTimeOffset PinnedAt { get; set; }

    public bool PinnedByHand { get; set; }

    public DateTimeOffset? SupersededAt { get; set; }

    public bool SupersededByHand { get; set; }
}

/// <summary>Verdicts of a stream in one minute of receipt, for its timeline.</summary>
public sealed class StreamMinute
{
    public int TenantId { get; set; }

    public DateTimeOffset Minute { get; set; }

    public long StreamId { get; set; }

    public long Events { get; set; }

    public int Windows { get; set; }

    public int Anomalies { get; set; }

    public int Suppressed { get; set; }

    /// <summary>Sum of the compression ratios of <see cref="RatioWindows"/> windows.</summary>
    public double RatioSum { get; set; }

    public int RatioWindows { get; set; }

    public double RatioLargest { get; set; }

    /// <summary>Smallest p-value; 1 where none was judged.</summary>
    public double SmallestPValue { get; set; }
}

/// <summary>Anomalies that belong together: same service or trace, overlapping in time.</summary>
public sealed class Incident
{
    /// <summary>i- and the id of its first anomaly.</summary>
    public required string Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Rises in the order in which incidents begin: what cursors go by.</summary>
    public long Sequence { get; set; }

    public required string[] Services { get; set; }

    /// <summary>Of its first anomaly: why.</summary>
    public required string Title { get; set; }

    /// <summary>Time of the earliest event.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Time of the latest event so far.</summary>
    public DateTimeOffset EndedAt { get; set; }

    /// <summary>Of its most severe anomaly.</summary>
    public Severity Severity { get; set; }

    public IncidentStatus Status { get; set; }

    public int Anomalies { get; set; }

    public DateTimeOffset? StatusChangedAt { get; set; }

    public string? StatusChangedBy { get; set; }
}

/// <summary>Stored by value: never renumber.</summary>
public enum IncidentStatus : short
{
    Open = 1,
    Acknowledged = 2,

    /// <summary>Whatever comes later begins another incident.</summary>
    Resolved = 3,
}

/// <summary>What somebody says of an anomaly.</summary>
public sealed class AnomalyFeedback
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public required string AnomalyId { get; set; }

    public FeedbackKind Kind { get; set; }

    public string? Reason { get; set; }

    public DateTimeOffset At { get; set; }

    public required string By { get; set; }
}

/// <summary>Stored by value: never renumber.</summary>
public enum FeedbackKind : short
{
    /// <summary>Something was wrong indeed.</summary>
    Confirmed = 1,

    /// <summary>Nothing was wrong.</summary>
    FalsePositive = 2,

    /// <summary>Something was different, and it does not matter.</summary>
    Irrelevant = 3,
}
