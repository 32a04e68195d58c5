using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.Building;

/// <summary>Where one AppHost keeps what it writes: everything lies under the repository's artifacts folder.</summary>
internal sealed class HostFolders
{
    /// <summary>Log folders of earlier test hosts that are kept.</summary>
    private const int KeptLogs = 20;

    public HostFolders(Assembly? appHost, bool isolated)
    {
        var project = Metadata(appHost, "AppHostProjectPath");
        AppHostDirectory = project ?? AppContext.BaseDirectory;
        var artifacts = Metadata(appHost, "AppHostArtifactsPath") ?? Path.Combine(AppContext.BaseDirectory, "artifacts");
        Isolated = isolated;
        var id = $"{DateTime.UtcNow:yyyyMMddHHmmss}-{Guid.NewGuid().ToString("N")[..8]}";
        Root = isolated ? Path.Combine(artifacts, "hosts", id) : artifacts;
        Logs = isolated ? Path.Combine(artifacts, "logs", "hosts", id) : Path.Combine(artifacts, "logs");
        Directory.CreateDirectory(Logs);
        if (isolated)
            ForgetOldLogs(Path.GetDirectoryName(Logs)!);
    }

    public string AppHostDirectory { get; }

    /// <summary>True under the testing builder: own data, own secrets, nothing kept but logs.</summary>
    public bool Isolated { get; }

    public string Root { get; }

    public string Logs { get; }

    /// <summary>For accounts that cannot reach <see cref="Root"/>, as in a checkout in root's home.</summary>
    public string Elsewhere => $"/var/tmp/driftlock-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..12]}";

    /// <summary>What is to be removed when the AppHost has ended.</summary>
    public IReadOnlyList<string> Fleeting => Isolated ? [Root, Elsewhere] : [];

    public string Secrets => Path.Combine(Root, "parameters.json");

    public string Data(string resource, bool persistent) => Path.Combine(Root, "data", persistent ? resource : $"{resource}-session");

    private static string? Metadata(Assembly? assembly, string key) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;

    private static void ForgetOldLogs(string folder)
    {
        foreach (var old in Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SkipLast(KeptLogs))
        {
            try
            {
                Directory.Delete(old, recursive: true);
            }
            catch (IOException)
            {
                // Another host tidies up at the same time.
            }
        }
    }
}
