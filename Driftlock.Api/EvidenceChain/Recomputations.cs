using Driftlock.Api.Limits;
using Driftlock.Cbad;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.EvidenceChain;

/// <summary>Section <c>Verification</c>.</summary>
public sealed class VerificationOptions
{
    public const string Section = "Verification";

    /// <summary>How many recomputations may run at once in this process.</summary>
    public int AtOnce { get; set; } = 4;

    /// <summary>How long one more waits for its turn before it is refused with "try again".</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Computes anomalies again from their bundles, a few at once: one takes a processor for as long as it lasts.</summary>
public sealed class Recomputations(IOptions<VerificationOptions> options) : IDisposable
{
    private readonly Turns _turns = new(options.Value.AtOnce);

    public void Dispose() => _turns.Dispose();

    /// <returns>Null when no turn came in time.</returns>
    public async Task<VerificationReport?> RunAsync(ReadOnlyMemory<byte> bundle, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(options.Value.Patience, cancellationToken);
        return turn is null ? null : EvidenceVerifier.Verify(bundle.Span);
    }
}
