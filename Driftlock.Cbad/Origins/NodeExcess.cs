using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Origins;

/// <summary>How much more one node takes (or fails) during an incident than before, in total and in bits under its own baseline.</summary>
/// <param name="Excess">Mean over the incident's intervals of requests x (value - baseline median); of failures beyond the usual.</param>
/// <param name="Bits">One-sided code excess: 2 log2(1 + z^2 / 3) with z of the logarithm; n KL(p || p0) for failures.</param>
internal readonly record struct NodeExcess(double Excess, double Bits)
{
    /// <summary>A spread below a tenth of the value is not believed: baselines are taken on quieter days than incidents.</summary>
    private const double LeastSpread = 0.1;

    /// <summary>The 90 % quantile of a normal distribution lies this many standard deviations above its median.</summary>
    private const double UpperDecile = 1.2816;

    private const double LeastFailureShare = 0.001;

    /// <summary>Null for a node that normal operation does not call (median of requests 0): it cannot be compared with itself.</summary>
    public static NodeExcess? Of(NodeMeasurements node, SymptomKind kind)
    {
        if (Median(Given(node.BaselineRequests, allowZero: true)) is not > 0) return null;
        return kind == SymptomKind.Latency ? Latency(node) : Availability(node);
    }

    private static NodeExcess? Latency(NodeMeasurements node)
    {
        var usual = Given(node.BaselineValues, allowZero: false);
        if (Median(usual) is not { } median) return null;
        double excess = 0, logarithms = 0;
        var measured = 0;
        for (var i = 0; i < node.IncidentValues.Count; i++)
        {
            var value = node.IncidentValues[i];
            if (!IsGiven(value)) continue;
            excess += Requests(node, i) * (value - median);
            if (!IsPositive(value)) continue;
            logarithms += ExactMath.Log(value);
            measured++;
        }
        if (measured == 0) return default(NodeExcess);
        var centre = ExactMath.Log(median);
        var spread = Math.Max(LeastSpread, (ExactMath.Log(Quantile(usual, 0.9)) - centre) / UpperDecile);
        var z = Math.Max(0, ((logarithms / measured) - centre) / spread);
        return new NodeExcess(excess / node.IncidentValues.Count, 2 * Log2(1 + (z * z / 3)));
    }

    private static NodeExcess? Availability(NodeMeasurements node)
    {
        double sum = 0;
        var baseline = Given(node.BaselineValues, allowZero: true);
        if (baseline.Length == 0) return null;
        foreach (var value in baseline) sum += value;
        var usual = Share(1 - (sum / baseline.Length / 100));
        double requests = 0, failed = 0;
        for (var i = 0; i < node.IncidentValues.Count; i++)
        {
            if (!IsGiven(node.IncidentValues[i])) continue;
            requests += Requests(node, i);
            failed += Requests(node, i) * Share(1 - (node.IncidentValues[i] / 100));
        }
        if (requests <= 0) return default(NodeExcess);
        var excess = (failed - (requests * usual)) / node.IncidentValues.Count;
        var expected = Math.Min(usual + LeastFailureShare, 1 - 1e-6);
        var share = Math.Min(failed / requests, 1 - 1e-9);
        if (share <= expected) return new NodeExcess(excess, 0);
        var divergence = (share * Log2(share / expected)) + ((1 - share) * Log2((1 - share) / (1 - expected)));
        return new NodeExcess(excess, requests * divergence);
    }

    private static double Requests(NodeMeasurements node, int interval) =>
        IsGiven(node.IncidentRequests[interval]) ? Math.Max(0, node.IncidentRequests[interval]) : 0;

    private static double Share(double share) => Math.Min(1, Math.Max(0, share));

    private static bool IsGiven(double value) => double.IsFinite(value);

    // Also keeps what Log takes: positive, finite, normal.
    private static bool IsPositive(double value) => IsGiven(value) && value > 1e-300;

    private static double[] Given(IReadOnlyList<double> values, bool allowZero)
    {
        var given = new List<double>(values.Count);
        foreach (var value in values)
            if (IsPositive(value) || (allowZero && IsGiven(value))) given.Add(value);
        given.Sort();
        return [.. given];
    }

    private static double? Median(double[] ascending) => ascending.Length == 0 ? null : Quantile(ascending, 0.5);

    private static double Quantile(double[] ascending, double share)
    {
        var place = share * (ascending.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + ((ascending[above] - ascending[below]) * (place - below));
    }

    private static double Log2(double x) => ExactMath.Log(x) / ExactMath.Log(2);
}
