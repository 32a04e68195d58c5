using System.Text.Json;

namespace Aspire.Hosting.Building;

/// <summary>Generated values that stay the same from run to run, in one file that only its owner can read.</summary>
internal sealed class SecretStore(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Lock _gate = new();

    public string GetOrAdd(string name, Func<string> create)
    {
        lock (_gate)
        {
            var values = File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path)) ?? [] : [];
            if (values.TryGetValue(name, out var known))
                return known;
            values[name] = create();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = JsonSerializer.Serialize(values, Indented);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(path, options);
            writer.Write(text);
            return values[name];
        }
    }
}
