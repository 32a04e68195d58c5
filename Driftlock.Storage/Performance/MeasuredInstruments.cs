namespace Driftlock.Storage.Performance;

/// <summary>The instruments whose figures are kept, and what each measurement is called.</summary>
internal static class MeasuredInstruments
{
    /// <summary>Of ASP.NET Core; semantic conventions for HTTP.</summary>
    public const string Requests = "http.server.request.duration";

    public const string CacheLookups = "driftlock.cache.lookups";

    private const int FirstServerError = 500;

    /// <returns>An endpoint is called by its method and route, a cache by its area and where something was found.</returns>
    public static (PerformanceKind Kind, string Name, bool IsError) NameOf(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => instrument switch
    {
        Requests => (
            PerformanceKind.Endpoint,
            Tag(tags, "http.route") is string route ? $"{Tag(tags, "http.request.method")} {route.TrimEnd('/')}" : PerformanceRecorder.Other,
            Tag(tags, "http.response.status_code") is >= FirstServerError),
        CacheLookups => (PerformanceKind.Cache, $"{Tag(tags, "area")}/{Tag(tags, "place")}", false),
        _ => (PerformanceKind.Stage, (string)Tag(tags, StageTimes.StageTag)!, false),
    };

    private static object? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name) return tag.Value;
        }
        return null;
    }
}
