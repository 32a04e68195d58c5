using Driftlock.Storage.Model;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// The event log: per partition an unbroken row of entries, in the order in which they were committed. One suite of tests
/// (Driftlock.Tests/Storage/EventLogCompliance) holds for every implementation.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Appends all of a request or nothing, and returns when it is durable. A request whose hash was appended within the
    /// window of repetition is not appended again.
    /// </summary>
    /// <exception cref="EventLogBusyException">The queue is full, or the log did not answer in time: try again later.</exception>
    Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Entries after <paramref name="afterOffset"/>, in order: at least one when there is any, at most
    /// <paramref name="maxEntries"/>, and no further one once <paramref name="maxBytes"/> of payload are reached. Fewer do not mean that the
    /// log ends there; none does.
    /// </summary>
    Task<IReadOnlyList<LogEntry>> ReadAsync(
        int partition, long afterOffset, int maxEntries, int maxBytes, CancellationToken cancellationToken);
}

/// <summary>What one request adds to the log, all of it in one transaction.</summary>
/// <param name="TenantId">The owner of every entry.</param>
/// <param name="ContentHash">SHA-256 that recognises a retry; empty when the request may be repeated on purpose.</param>
/// <param name="ReceivedUnixNano">Nanoseconds since 1970, written into every entry.</param>
/// <param name="Entries">At most one a partition.</param>
public sealed record AppendRequest(int TenantId, byte[] ContentHash, long ReceivedUnixNano, IReadOnlyList<NewEntry> Entries)
{
    public long PayloadBytes => Entries.Sum(entry => (long)entry.Payload.Length);
}

public sealed record NewEntry(int Partition, LogEntryKind Kind, int EventCount, byte[] Payload);

public enum AppendOutcome
{
    Appended = 1,

    /// <summary>The same content was appended a short while ago: nothing was added.</summary>
    Repeated = 2,
}

/// <summary>The log cannot take more now. Nothing of the request was acknowledged; a retry is safe and welcome.</summary>
public sealed class EventLogBusyException(string message, TimeSpan retryAfter, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
