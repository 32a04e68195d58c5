namespace Driftlock.Cbad;

/// <summary>Recomputes an anomaly from its evidence alone.</summary>
public static class EvidenceVerifier
{
    /// <summary>Never throws for bad input: what cannot be read is a difference.</summary>
    public static VerificationReport Verify(ReadOnlySpan<byte> evidenceJson)
    {
        Evidence evidence;
        try
        {
            evidence = EvidenceJson.Read(evidenceJson);
        }
        catch (FormatException failure)
        {
            return new VerificationReport(null, [new VerificationDifference("bundle", "readable evidence", failure.Message)], []);
        }
        return new Proof.Recomputation(evidence).Run();
    }
}

/// <summary>What a recomputation found.</summary>
/// <param name="Evidence">Null when the bundle could not be read.</param>
/// <param name="Differences">Empty when everything was reproduced.</param>
/// <param name="Notes">What could not be compared here, such as figures of another codec version; not a failure.</param>
public sealed record VerificationReport(
    Evidence? Evidence, IReadOnlyList<VerificationDifference> Differences, IReadOnlyList<string> Notes)
{
    public bool Verified => Evidence is not null && Differences.Count == 0;
}

/// <param name="What">Path of the figure, such as calibration.pValue.</param>
/// <param name="Stated">As the bundle has it.</param>
/// <param name="Recomputed">As this engine computes it from the bundle.</param>
public sealed record VerificationDifference(string What, string Stated, string Recomputed);
