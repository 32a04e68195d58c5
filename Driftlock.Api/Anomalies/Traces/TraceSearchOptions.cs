namespace Driftlock.Api.Anomalies.Traces;

/// <summary>Section <c>TraceSearch</c>.</summary>
public sealed class TraceSearchOptions
{
    public const string Section = "TraceSearch";

    /// <summary>How many searches may run at once in this process.</summary>
    public int AtOnce { get; set; } = 2;

    /// <summary>How long one more waits for its turn before it is refused with "try again".</summary>
    public TimeSpan WaitForTurn { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How far before and after the receipt of a trace's own lines the log is read for the rest of it.</summary>
    public TimeSpan Around { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Entries of the log that one search reads.</summary>
    public int MaxEntries { get; set; } = 4_000;

    /// <summary>Bytes of payload that one search reads, as they lie in the log.</summary>
    public long MaxBytes { get; set; } = 64 << 20;

    /// <summary>How long one may read.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}
