using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Driftlock.Tests.Api;

/// <summary>Compares the records that a client reads with the JSON that the Api writes.</summary>
internal static class ClientContract
{
    /// <summary>Paths of properties that the records have and the JSON lacks.</summary>
    public static IEnumerable<string> Missing(Type type, JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Null || type == typeof(string) || type.IsValueType) yield break;
        if (typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
        {
            if (json.ValueKind != JsonValueKind.Array) yield break; // A dictionary: its keys are data.
            var item = type.GetGenericArguments()[0];
            var index = 0;
            foreach (var element in json.EnumerateArray())
            {
                foreach (var missing in Missing(item, element, $"{path}[{index}]")) yield return missing;
                index++;
            }
            yield break;
        }
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (!json.TryGetProperty(name, out var value)) yield return $"{path}.{name}";
            else foreach (var missing in Missing(property.PropertyType, value, $"{path}.{name}")) yield return missing;
        }
    }
}
