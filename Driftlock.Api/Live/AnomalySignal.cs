namespace Driftlock.Api.Live;

/// <summary>Says "there may be something new". Signals that come while one waits to be seen are one.</summary>
public sealed class AnomalySignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Dispose() => _raised.Dispose();

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already, and not seen yet.
        }
    }

    /// <summary>Returns when raised, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _raised.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval has passed.
        }
    }
}
