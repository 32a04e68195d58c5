using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>What the Api wrote about itself, in its production form: one JSON object a line.</summary>
internal static class ApiLog
{
    /// <summary>Characters; the beginning of the log is kept up to a little more, and what comes later would not be seen.</summary>
    private const int Kept = 60_000;

    /// <summary>Bad clients are no failures of ours: neither we nor Kestrel may call them an error.</summary>
    public static void HoldsNoFailure(ApiServer api)
    {
        var log = api.Log;
        Assert.InRange(log.Length, 1, Kept);
        Assert.Contains("\"LogLevel\":", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Critical\"", log, StringComparison.Ordinal);
    }
}
