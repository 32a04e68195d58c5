using System.Text.Json;

namespace Driftlock.Web.Components.Configuration;

/// <param name="Name">Path of the setting, such as configuration.windowEvents.</param>
/// <param name="Before">JSON; null where there was nothing.</param>
/// <param name="After">JSON; null where there is nothing any more.</param>
public sealed record SettingChange(string Name, string? Before, string? After);

/// <summary>What one version of the settings changed of the one before.</summary>
public static class VersionChanges
{
    /// <summary>More are cut: a version with hundreds of streams' settings is not read on a page.</summary>
    public const int Most = 50;

    private const int DeepestPath = 8;

    public static IReadOnlyList<SettingChange> Between(JsonElement? before, JsonElement? after)
    {
        var (old, now) = (Flat(before), Flat(after));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(name => new SettingChange(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .Where(change => change.Before != change.After).Take(Most),
        ];
    }

    private static Dictionary<string, string> Flat(JsonElement? root)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root is { } element)
            Add(flat, "", element, 0);
        return flat;
    }

    // Streams are told apart by their id, not by their place in the list: one that is new does not change all after it.
    private static void Add(Dictionary<string, string> flat, string path, JsonElement element, int depth)
    {
        if (element.ValueKind is JsonValueKind.Object && depth < DeepestPath)
        {
            foreach (var field in element.EnumerateObject())
                Add(flat, path.Length == 0 ? field.Name : $"{path}.{field.Name}", field.Value, depth + 1);
        }
        else if (element.ValueKind is JsonValueKind.Array && depth < DeepestPath)
        {
            var place = 0;
            foreach (var item in element.EnumerateArray())
            {
                var name = item.ValueKind is JsonValueKind.Object && item.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String ? id.GetString()! : place.ToString(System.Globalization.CultureInfo.InvariantCulture);
                Add(flat, $"{path}[{name}]", item, depth + 1);
                place++;
            }
        }
        else if (element.ValueKind is not JsonValueKind.Null)
        {
            flat[path] = element.GetRawText();
        }
    }
}
