using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <summary>Figures as a report has them: no more digits than a measurement bears.</summary>
internal static class Figures
{
    public static double Rounded(double value) => Math.Round(value, Math.Abs(value) >= 100 ? 0 : Math.Abs(value) >= 1 ? 2 : 4);

    /// <summary>Null where there is nothing to divide by.</summary>
    public static JsonNode? Ratio(double value, double by) => by > 0 ? Rounded(value / by) : null;

    public static JsonObject Of(LatencyHistogram latencies) => new()
    {
        ["p50"] = Rounded(latencies.Percentile(0.5)),
        ["p95"] = Rounded(latencies.Percentile(0.95)),
        ["p99"] = Rounded(latencies.Percentile(0.99)),
        ["max"] = Rounded(latencies.MaxMilliseconds),
    };

    /// <param name="what">What the issue asks for, in words.</param>
    public static JsonObject Promise(string what, bool held) => new() { ["promise"] = what, ["held"] = held };
}
