using Driftlock.Api.Ingest;
using Driftlock.Api.Limits;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Playground;

/// <summary>
/// As many files at once as <see cref="PlaygroundOptions.AtOnce"/>. A turn begins before the file arrives: files that come slowly must not take the
/// memory that is there for telemetry.
/// </summary>
public sealed class PlaygroundTurns(InFlightBytes inFlight, IOptions<PlaygroundOptions> options, TimeProvider time) : IDisposable
{
    private readonly Turns _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <param name="aborted">The client went away.</param>
    /// <returns>Null when as many run as may.</returns>
    internal async Task<PlaygroundRun?> TryBeginAsync(CancellationToken aborted) =>
        await _turns.TakeAsync(TimeSpan.Zero, aborted) is { } turn ? new PlaygroundRun(turn, inFlight, options.Value, time, aborted) : null;
}
