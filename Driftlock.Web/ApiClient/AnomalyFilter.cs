using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Driftlock.Web.ApiClient;

/// <summary>What a list of anomalies is narrowed to. The same names stand in the dashboard's address and in the Api's query.</summary>
public sealed record AnomalyFilter
{
    /// <summary>Separated by commas, at most 200.</summary>
    public string? Ids { get; init; }

    public string? Stream { get; init; }
    public string? Service { get; init; }
    public string? Signal { get; init; }
    public string? Severity { get; init; }
    public string? Status { get; init; }
    public double? MinScore { get; init; }
    public double? MaxP { get; init; }

    /// <summary>ISO 8601 with a zone; without one it is UTC.</summary>
    public string? From { get; init; }

    public string? To { get; init; }
    public string? Text { get; init; }

    /// <summary>Every filter that is set, by its name in the query.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Set => [.. All().Where(p => !string.IsNullOrWhiteSpace(p.Value))];

    /// <summary>The address of <paramref name="path"/> with these filters, and with others in their place or none (null).</summary>
    public string Address(string path, params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var values = Set.ToDictionary(p => p.Key, p => (string?)p.Value, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            values[name] = value;
        return QueryHelpers.AddQueryString(path, values.Where(p => !string.IsNullOrWhiteSpace(p.Value)));
    }

    private IEnumerable<KeyValuePair<string, string>> All()
    {
        yield return new("ids", Ids ?? "");
        yield return new("stream", Stream ?? "");
        yield return new("service", Service ?? "");
        yield return new("signal", Signal ?? "");
        yield return new("severity", Severity ?? "");
        yield return new("status", Status ?? "");
        yield return new("minScore", MinScore?.ToString(CultureInfo.InvariantCulture) ?? "");
        yield return new("maxP", MaxP?.ToString(CultureInfo.InvariantCulture) ?? "");
        yield return new("from", From ?? "");
        yield return new("to", To ?? "");
        yield return new("text", Text ?? "");
    }
}
