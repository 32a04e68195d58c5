using System.Collections.Concurrent;

namespace Driftlock.Detector.Partitions;

/// <summary>One wake-up flag a partition: raised by notifications, waited for by its judge. Bounded by the number of partitions.</summary>
public sealed class PartitionWakes
{
    private readonly ConcurrentDictionary<int, SemaphoreSlim> _flags = new();

    public void Wake(int partition)
    {
        try
        {
            FlagOf(partition).Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already, and not seen yet.
        }
    }

    public void WakeAll()
    {
        foreach (var partition in _flags.Keys) Wake(partition);
    }

    public Task WaitAsync(int partition, TimeSpan atMost, CancellationToken cancellationToken) =>
        FlagOf(partition).WaitAsync(atMost, cancellationToken);

    private SemaphoreSlim FlagOf(int partition) => _flags.GetOrAdd(partition, _ => new SemaphoreSlim(0, 1));
}
