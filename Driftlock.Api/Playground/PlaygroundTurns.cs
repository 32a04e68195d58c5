using Driftlock.Api.Ingest;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Playground;

/// <summary>
/// As many files at once as <see cref="PlaygroundOptions.AtOnce"/>. A turn begins before the file arrives: files that come slowly must not take the
/// memory that is there for telemetry.
/// </summary>
public sealed class PlaygroundTurns(InFlightBytes inFlight, IOptions<PlaygroundOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <param name="aborted">The client went away.</param>
    /// <returns>Null when as many run as may.</returns>
    internal PlaygroundRun? TryBegin(CancellationToken aborted) => _turns.Wait(0, CancellationToken.None) ? new PlaygroundRun(new Turn(_turns), inFlight, options.Value, time, aborted) : null;

    /// <summary>Ends once, however often it is told to.</summary>
    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) turns.Release();
        }
    }
}
