namespace Driftlock.Api.Limits;

/// <summary>As many at once as may: what takes a processor, a connection or much memory for as long as it lasts.</summary>
/// <param name="atOnce">1 or more.</param>
public sealed class Turns(int atOnce) : IDisposable
{
    private readonly SemaphoreSlim _free = new(atOnce);

    public void Dispose() => _free.Dispose();

    /// <param name="patience">How long to wait for one; zero takes what is free now.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The turn, which ends once, however often it is disposed; null when none came in time.</returns>
    public async Task<IDisposable?> TakeAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        await _free.WaitAsync(patience, cancellationToken) ? new Turn(_free) : null;

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) free.Release();
        }
    }
}
