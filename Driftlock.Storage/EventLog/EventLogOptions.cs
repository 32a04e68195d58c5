namespace Driftlock.Storage.EventLog;

/// <summary>Section <c>EventLog</c>.</summary>
public sealed class EventLogOptions
{
    public const string Section = "EventLog";

    /// <summary>Partitions that the first migration creates; later values are ignored.</summary>
    public int Partitions { get; set; } = 16;

    /// <summary>Requests that may wait to be appended; one more is refused with "try again".</summary>
    public int QueueRequests { get; set; } = 2_048;

    /// <summary>Payload bytes that may wait to be appended; beyond them a request is refused with "try again".</summary>
    public long QueueBytes { get; set; } = 128L << 20;

    /// <summary>Requests that share one transaction, and so one flush to disk.</summary>
    public int BatchRequests { get; set; } = 512;

    /// <summary>Payload bytes that share one transaction.</summary>
    public long BatchBytes { get; set; } = 16L << 20;

    /// <summary>How long a request waits for its commit before the sender is told to try again.</summary>
    public TimeSpan AppendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request's hash is remembered, to recognise a retry. OTLP senders give up after 5 minutes by default.</summary>
    public TimeSpan RepeatWindow { get; set; } = TimeSpan.FromMinutes(15);
}
