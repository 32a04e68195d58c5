using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A profile of Properties/launchSettings.json: addresses and environment variables.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> Addresses, IReadOnlyDictionary<string, string> Variables)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="name">The profile, or null for the first that runs the project itself.</param>
    public static LaunchProfile? Read(string projectPath, string? name)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllText(file), Lenient);
        if (!json.RootElement.TryGetProperty("profiles", out var profiles))
            return null;
        foreach (var profile in profiles.EnumerateObject())
        {
            if (name is null ? Text(profile.Value, "commandName") == "Project" : profile.Name == name)
            {
                var addresses = (Text(profile.Value, "applicationUrl") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(a => new Uri(a));
                var variables = profile.Value.TryGetProperty("environmentVariables", out var given)
                    ? given.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString() ?? "") : [];
                return new LaunchProfile(profile.Name, [.. addresses], variables);
            }
        }
        return null;
    }

    public void ApplyTo(IResourceBuilder<ProjectResource> resource)
    {
        // Without a developer certificate there is no https here.
        foreach (var address in Addresses.Where(a => a.Scheme == "http").Take(1))
            resource.WithHttpEndpoint(port: address.Port, name: "http");
        resource.WithEnvironment("DOTNET_LAUNCH_PROFILE", Name);
        foreach (var (name, value) in Variables)
            resource.WithEnvironment(name, value);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
