namespace Driftlock.Cbad.Proof;

/// <summary>The explanation of what no single event shows: a silence, a drift.</summary>
internal static class NoEvent
{
    /// <param name="unit">What was judged.</param>
    /// <param name="why">One sentence.</param>
    /// <param name="pValue">Of what is explained.</param>
    /// <param name="bits">Evidence.</param>
    /// <param name="share">Of the stream that is affected, for the severity.</param>
    public static Explanation Explain(string unit, string why, double pValue, double bits, double share) => new()
    {
        Unit = unit,
        Why = why,
        Severity = Wording.Severity(pValue, share, default),
        Score = Wording.Score(pValue),
        ExcessBits = bits,
        TotalBits = bits,
        AffectedShare = 1,
        Lines = [],
        Costliest = [],
        NearestNormals = [],
        Compression = CompressionPanel.Measure([], [], 0),
    };
}
