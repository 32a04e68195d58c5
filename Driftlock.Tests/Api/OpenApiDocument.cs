using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>The routes, as the service itself lists them.</summary>
internal static class OpenApiDocument
{
    /// <summary>In the form <c>GET /api/v1/anomalies/{id}</c>, without a slash at the end.</summary>
    public static async Task<IReadOnlyList<string>> OperationsAsync(ApiServer api)
    {
        using var document = JsonDocument.Parse((await api.GetAsync(null, "openapi/v1.json")).Body);
        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Select(operation => $"{operation.Name.ToUpperInvariant()} {(path.Name.Length > 1 ? path.Name.TrimEnd('/') : path.Name)}")),
        ];
    }
}
