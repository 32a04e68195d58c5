namespace Driftlock.Storage.Model;

/// <summary>What a log entry holds. Stored by value: never renumber.</summary>
public enum LogEntryKind : short
{
    /// <summary>Brotli-compressed event blocks (Driftlock.Cbad.Events.EventBlock).</summary>
    Events = 1,

    /// <summary>The engine's configuration of tenants that have no settings of their own, as JSON, effective from this offset.</summary>
    Configuration = 2,

    /// <summary>Only the time: lets the engine notice silence without a clock of its own.</summary>
    Tick = 3,

    /// <summary>Settings of the entry's tenant as JSON (Driftlock.Cbad.Settings.TenantSettings), effective from this offset.</summary>
    Settings = 4,

    /// <summary>Pins or gives up the baseline of a stream (<see cref="EventLog.AnchorCommand"/>).</summary>
    Anchor = 5,
}

/// <summary>One append to a partition of the event log. Offsets of a partition have no gaps and become visible in order.</summary>
public sealed class LogEntry
{
    public int PartitionId { get; set; }

    public long Offset { get; set; }

    /// <summary>Day of receipt by the database's clock, as days since 1970, but never lower than that of the entry before: rises with the offsets.</summary>
    public int Segment { get; set; }

    public int TenantId { get; set; }

    public LogEntryKind Kind { get; set; }

    public int EventCount { get; set; }

    /// <summary>Nanoseconds since 1970 by the receiver's clock: the only clock that the engine sees.</summary>
    public long ReceivedUnixNano { get; set; }

    public required byte[] Payload { get; set; }
}

/// <summary>The head of a partition. Its row lock serialises appends, so that commits come in offset order.</summary>
public sealed class LogPartition
{
    public int Id { get; set; }

    /// <summary>The last offset given out; 0 when empty.</summary>
    public long HeadOffset { get; set; }

    /// <summary>Segment of the last entry.</summary>
    public int Segment { get; set; }
}

/// <summary>Who judges a partition, and how far. A separate row from the head, so that judging never waits for appending.</summary>
public sealed class PartitionLease
{
    public int PartitionId { get; set; }

    /// <summary>Everything up to this offset is judged, and its verdicts are committed.</summary>
    public long CommittedOffset { get; set; }

    public string? Owner { get; set; }

    /// <summary>Raised by every change of owner; a commit under an older epoch is refused.</summary>
    public long Epoch { get; set; }

    public DateTimeOffset? Until { get; set; }
}

/// <summary>A running detector; partitions are shared evenly among those whose heartbeat is fresh.</summary>
public sealed class DetectorReplica
{
    public required string Id { get; set; }

    public DateTimeOffset HeartbeatAt { get; set; }
}

/// <summary>A request that was appended, kept for a while so that a retry of it is recognised.</summary>
public sealed class IngestRequest
{
    public int TenantId { get; set; }

    public required byte[] ContentHash { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }
}

/// <summary>Engine state of one stream, or of the partition's budgets (<see cref="StreamId"/> 0), as of an offset.</summary>
public sealed class EngineSnapshot
{
    public const long Budgets = 0;

    public int PartitionId { get; set; }

    public long StreamId { get; set; }

    public long Offset { get; set; }

    public required string Engine { get; set; }

    /// <summary>Brotli-compressed.</summary>
    public required byte[] State { get; set; }
}
