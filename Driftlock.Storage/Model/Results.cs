namespace Driftlock.Storage.Model;

/// <summary>A stream and the running counts of its verdicts.</summary>
public sealed class StreamRow
{
    /// <summary>Driftlock.Cbad.Events.StreamId, its 64 bits as a signed number.</summary>
    public long Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Driftlock.Cbad.Events.Signal.</summary>
    public short Signal { get; set; }

    public required string Service { get; set; }

    public required string Name { get; set; }

    public int PartitionId { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }

    public DateTimeOffset? LastEventAt { get; set; }

    /// <summary>Events that were judged: each lies in exactly one window.</summary>
    public long Events { get; set; }

    public long Windows { get; set; }

    public long Anomalies { get; set; }

    public long Suppressed { get; set; }

    public long Calibrating { get; set; }

    /// <summary>Events still missing until windows are judged; 0 when ready.</summary>
    public int EventsNeeded { get; set; }
}

/// <summary>Counts of a stream in one hour of receipt, for charts.</summary>
public sealed class StreamHour
{
    public int TenantId { get; set; }

    public DateTimeOffset Hour { get; set; }

    public long StreamId { get; set; }

    public long Events { get; set; }

    public long Windows { get; set; }

    public long Anomalies { get; set; }
}

/// <summary>Stored by value, in rising order: never renumber.</summary>
public enum Severity : short
{
    Low = 1,
    Medium = 2,
    High = 3,
    Critical = 4,
}

/// <summary>Where a person's work on an anomaly stands. Stored by value: never renumber.</summary>
public enum AnomalyStatus : short
{
    Open = 1,
    Acknowledged = 2,
    Resolved = 3,

    /// <summary>A false positive.</summary>
    Dismissed = 4,
}

/// <summary>A window that was flagged, with its evidence.</summary>
public sealed class Anomaly
{
    /// <summary>partition-offset-ordinal of the verdict: the same from every replay of the log.</summary>
    public required string Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Rises in commit order; what live readers resume from.</summary>
    public long Sequence { get; set; }

    public long StreamId { get; set; }

    public short Signal { get; set; }

    public required string Service { get; set; }

    public required string StreamName { get; set; }

    public Severity Severity { get; set; }

    public AnomalyStatus Status { get; set; }

    /// <summary>0 to 100.</summary>
    public double Score { get; set; }

    public double PValue { get; set; }

    public double ExcessBits { get; set; }

    public double AffectedShare { get; set; }

    public required string Why { get; set; }

    public required string CostliestLine { get; set; }

    public int EventCount { get; set; }

    public DateTimeOffset FirstEventTime { get; set; }

    public DateTimeOffset LastEventTime { get; set; }

    public DateTimeOffset DetectedAt { get; set; }

    /// <summary>Driftlock.Cbad.Evidence.ContentHash.</summary>
    public required string EvidenceHash { get; set; }

    /// <summary>Brotli-compressed evidence JSON, byte for byte as the engine wrote it; sealed (Detection.StoredEvidence).</summary>
    public required byte[] Evidence { get; set; }

    /// <summary>False for rows of versions before master keys: the evidence is not sealed.</summary>
    public bool IsSealed { get; set; }

    /// <summary>32 hex digits, where one trace was judged.</summary>
    public string? TraceId { get; set; }

    public string? IncidentId { get; set; }

    public string? Notes { get; set; }

    public DateTimeOffset? StatusChangedAt { get; set; }

    public string? StatusChangedBy { get; set; }
}
