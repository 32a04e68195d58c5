namespace Driftlock.Detector;

/// <summary>Section <c>Detector</c>. None of these changes a verdict: that is the log's configuration entries' part alone.</summary>
public sealed class DetectorOptions
{
    public const string Section = "Detector";

    /// <summary>How long a partition stays with a replica that has gone silent. Renewed at a third of it.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Log entries judged in one transaction, at most.</summary>
    public int BatchEntries { get; set; } = 256;

    /// <summary>Compressed bytes judged in one transaction, about.</summary>
    public int BatchBytes { get; set; } = 8 << 20;

    /// <summary>How often the log is asked when no notification comes.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a partition that was just judged gathers entries before it is judged again: under a trickle of small requests, every
    /// one of them would otherwise cost a transaction. What comes after a pause, and what fills a batch, does not wait.
    /// </summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Engine state is saved after this many log entries of a partition: what a new owner has to replay at most.</summary>
    public int SnapshotEntries { get; set; } = 2_000;

    /// <summary>And after this time, when there was anything new.</summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Partitions judged at the same time; the others wait their turn.</summary>
    public int ParallelPartitions { get; set; } = Environment.ProcessorCount;
}
