namespace Driftlock.Api.Ingest;

/// <summary>The memory that all request bodies together may hold.</summary>
public sealed class InFlightBytes(long limit)
{
    private long _held;

    public long Held => Interlocked.Read(ref _held);

    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
