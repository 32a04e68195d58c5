using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;
using Driftlock.Api.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Playground;

/// <summary>
/// As many files at once as <see cref="PlaygroundOptions.AtOnce"/>. A turn begins before the file arrives: files that come slowly must not take the
/// memory that is there for telemetry.
/// </summary>
public sealed class PlaygroundTurns(InFlightBytes inFlight, IOptions<PlaygroundOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    private readonly Turns _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <summary>What one more is told.</summary>
    internal static ProblemHttpResult Busy(HttpResponse response) => ApiProblem.Busy(response, BusyFor, "other files are being read; try again in some seconds");

    /// <summary>A turn for a file that is kept: reading it takes as much of the process.</summary>
    /// <param name="aborted">The client went away.</param>
    /// <returns>Null when as many run as may.</returns>
    internal Task<IDisposable?> TakeAsync(CancellationToken aborted) => _turns.TakeAsync(TimeSpan.Zero, aborted);

    /// <param name="aborted">The client went away.</param>
    /// <returns>Null when as many run as may.</returns>
    internal async Task<PlaygroundRun?> TryBeginAsync(CancellationToken aborted) =>
        await TakeAsync(aborted) is { } turn ? new PlaygroundRun(turn, inFlight, options.Value, time, aborted) : null;
}
