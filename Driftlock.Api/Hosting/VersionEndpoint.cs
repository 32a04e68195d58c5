using Driftlock.Cbad;

namespace Driftlock.Api.Hosting;

public sealed record VersionInfo(string Name, string Version, string Engine);

public static class VersionEndpoint
{
    private static readonly VersionInfo Current = new(
        "driftlock", typeof(VersionEndpoint).Assembly.GetName().Version?.ToString(3) ?? "unknown", PartitionEngine.Version);

    public static void MapVersion(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/version", () => Current).AllowAnonymous().WithTags("Health").WithSummary("Versions of product and engine");
        routes.MapGet("/api/v1/version", () => Current).AllowAnonymous().ExcludeFromDescription();
    }
}
