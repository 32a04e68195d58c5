using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Conformance;

/// <summary>What the Api wrote about itself, in its production form: one JSON object a line.</summary>
internal static class ApiLog
{
    /// <summary>Bad clients are no failures of ours: neither we nor Kestrel may call them an error.</summary>
    public static void HoldsNoFailure(ApiServer api)
    {
        var log = api.Log;
        // What comes after so much would not be seen.
        Assert.InRange(log.Length, 1, ServiceProcess.LogCharacters - 1);
        Assert.Contains("\"LogLevel\":", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LogLevel\":\"Critical\"", log, StringComparison.Ordinal);
    }
}
