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

    /// <summary>Operations that change something, with the document's example of their body.</summary>
    public static async Task<IReadOnlyList<(string Operation, string? Example)>> WritesAsync(ApiServer api)
    {
        using var document = JsonDocument.Parse((await api.GetAsync(null, "openapi/v1.json")).Body);
        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith("/api/", StringComparison.Ordinal))
                .SelectMany(path => path.Value.EnumerateObject().Where(operation => operation.Name != "get")
                    .Select(operation => ($"{operation.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}", Example(operation.Value)))),
        ];
    }

    private static string? Example(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").EnumerateObject().First().Value.TryGetProperty("example", out var example) ? example.GetRawText() : null;
}
