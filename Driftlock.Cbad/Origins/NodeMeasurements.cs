namespace Driftlock.Cbad.Origins;

/// <summary>What was measured at one node of a call graph, in intervals of equal length. <see cref="double.NaN"/> stands for no value.</summary>
public sealed record NodeMeasurements
{
    /// <summary>Requests an interval in normal operation.</summary>
    public required IReadOnlyList<double> BaselineRequests { get; init; }

    /// <summary>Per interval of <see cref="BaselineRequests"/>: mean seconds a request, or per cent of requests that succeeded.</summary>
    public required IReadOnlyList<double> BaselineValues { get; init; }

    /// <summary>Requests an interval from the symptom's time on.</summary>
    public required IReadOnlyList<double> IncidentRequests { get; init; }

    /// <summary>Per interval of <see cref="IncidentRequests"/>, as <see cref="BaselineValues"/>.</summary>
    public required IReadOnlyList<double> IncidentValues { get; init; }
}

/// <summary>What is wrong, and so what the values of <see cref="NodeMeasurements"/> are.</summary>
public enum SymptomKind
{
    /// <summary>Values are mean seconds a request.</summary>
    Latency = 1,

    /// <summary>Values are per cent of requests that succeeded.</summary>
    Availability = 2,
}

/// <summary>A node with the part of the trouble that is its own.</summary>
/// <param name="Node">Index of the node.</param>
/// <param name="Score"><paramref name="SelfShare"/> x <paramref name="Bits"/>; at least 0.</param>
/// <param name="Excess">Additional seconds (or failed requests) an interval at this node, what it waits for included.</param>
/// <param name="SelfShare">The excess that its callees do not account for; may be negative where calls run side by side.</param>
/// <param name="Bits">How surprising the node's values are under its own baseline.</param>
public readonly record struct RankedOrigin(int Node, double Score, double Excess, double SelfShare, double Bits);
