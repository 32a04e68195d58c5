using Driftlock.Api.Limits;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Anomalies.Traces;

/// <summary>As many searches at once as <see cref="TraceSearchOptions.AtOnce"/>: each holds a connection and a processor while it reads.</summary>
public sealed class TraceSearchTurns(IOptions<TraceSearchOptions> options) : IDisposable
{
    private readonly Turns _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <exception cref="TraceSearchBusyException">No turn came in time.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> search, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(options.Value.WaitForTurn, cancellationToken) ?? throw new TraceSearchBusyException();
        return await search();
    }
}

/// <summary>As many searches run as may.</summary>
public sealed class TraceSearchBusyException() : Exception("other traces are being searched for; try again in some seconds");
