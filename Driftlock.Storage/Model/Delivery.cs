namespace Driftlock.Storage.Model;

/// <summary>Stored by value: never renumber.</summary>
public enum ExportFormat : short
{
    /// <summary>A JSON object a line.</summary>
    Ndjson = 1,
    Csv = 2,
}

/// <summary>Stored by value: never renumber.</summary>
public enum ExportStatus : short
{
    Queued = 1,
    Running = 2,
    Done = 3,
    Failed = 4,
}

/// <summary>A bulk export of anomalies: a job that any Api goes on with from where another one stopped.</summary>
public sealed class Export
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public ExportFormat Format { get; set; }

    /// <summary>Whether each line carries its signed evidence bundle.</summary>
    public bool WithEvidence { get; set; }

    /// <summary>JSON: the filter as it was asked for.</summary>
    public required string Filter { get; set; }

    public ExportStatus Status { get; set; }

    /// <summary>The tenant's newest anomaly when the export was asked for: later ones are not part of it.</summary>
    public long UpToSequence { get; set; }

    /// <summary>All anomalies up to this sequence are in the chunks that are written.</summary>
    public long Reached { get; set; }

    public long Rows { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Until then one Api works on it alone.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    public string? Error { get; set; }
}

/// <summary>A piece of an export's file.</summary>
public sealed class ExportChunk
{
    public Guid ExportId { get; set; }

    public int Ordinal { get; set; }

    /// <summary>Where it begins in the file.</summary>
    public long FirstByte { get; set; }

    /// <summary>How long it is in the file.</summary>
    public int Bytes { get; set; }

    /// <summary>Brotli-compressed, then sealed: it may hold evidence.</summary>
    public required byte[] Content { get; set; }
}

/// <summary>Where alerts go. Stored by value: never renumber.</summary>
public enum AlertKind : short
{
    /// <summary>JSON to an address of the tenant's, signed as Standard Webhooks says.</summary>
    Webhook = 1,

    /// <summary>An incoming webhook of Slack, or of what speaks its form.</summary>
    Slack = 2,

    /// <summary>PagerDuty's Events API v2.</summary>
    PagerDuty = 3,
}

/// <summary>What one alert is about. Stored by value: never renumber.</summary>
public enum AlertSubject : short
{
    /// <summary>The first anomaly of an incident that is severe enough; the others of the incident add nothing.</summary>
    Incident = 1,
    Anomaly = 2,
}

public sealed class AlertChannel
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public required string Name { get; set; }

    public AlertKind Kind { get; set; }

    /// <summary>Sealed: an address may hold a secret, as Slack's do; for PagerDuty the routing key.</summary>
    public required byte[] Target { get; set; }

    /// <summary>What may be shown of it: the host.</summary>
    public required string ShownTarget { get; set; }

    /// <summary>Sealed: what webhooks are signed with; null for other kinds.</summary>
    public byte[]? Secret { get; set; }

    public AlertSubject Subject { get; set; }

    public Severity MinSeverity { get; set; }

    /// <summary>Null: of every service.</summary>
    public string? Service { get; set; }

    public bool Enabled { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>An alert on its way: written in the transaction of its anomaly, sent after it.</summary>
public sealed class AlertDelivery
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid ChannelId { get; set; }

    /// <summary>The incident or anomaly it is about, or a test's own name: one alert for each.</summary>
    public required string Subject { get; set; }

    /// <summary>Null for a test.</summary>
    public string? AnomalyId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Null when it was delivered or given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Of the last attempt; null for none.</summary>
    public string? Error { get; set; }
}

/// <summary>How often something in one span of time took about so long, over all replicas (Driftlock.Storage.Performance).</summary>
public sealed class PerformanceFigure
{
    public DateTimeOffset At { get; set; }

    /// <summary>Driftlock.Storage.Performance.PerformanceKind.</summary>
    public short Kind { get; set; }

    public required string Name { get; set; }

    /// <summary>Driftlock.Storage.Performance.LatencyBuckets.</summary>
    public short Bucket { get; set; }

    public long Count { get; set; }

    public long Errors { get; set; }

    public double Seconds { get; set; }
}
