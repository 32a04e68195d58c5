using Microsoft.AspNetCore.Http;

namespace Driftlock.ServiceDefaults;

/// <summary>Where orchestrators ask; they ask often, so these requests are not traced.</summary>
internal static class HealthPaths
{
    /// <summary>All checks pass: requests may be sent here.</summary>
    public const string Ready = "/health";

    /// <summary>The checks tagged <see cref="LiveTag"/> pass: no restart is needed.</summary>
    public const string Alive = "/alive";

    /// <summary>All measurements, in Prometheus' text format.</summary>
    public const string Metrics = "/metrics";

    public const string LiveTag = "live";

    public static bool Contains(PathString path) =>
        path.StartsWithSegments(Ready) || path.StartsWithSegments(Alive) || path.StartsWithSegments(Metrics);
}
