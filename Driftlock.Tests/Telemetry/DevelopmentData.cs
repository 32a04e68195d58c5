namespace Driftlock.Tests.Telemetry;

/// <summary>Public data beside the repository (DRIFTLOCK_DATA, or ../shared/data); tests that want it are skipped where it is absent.</summary>
internal static class DevelopmentData
{
    private static readonly string? Root = Find();

    public static string Directory(string path)
    {
        var directory = Root is null ? null : Path.Combine(Root, path);
        if (directory is null || !System.IO.Directory.Exists(directory)) Assert.Skip($"no data at {path}: set DRIFTLOCK_DATA to have it");
        return directory;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DRIFTLOCK_DATA") is { Length: > 0 } set) return set;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var beside = Path.Combine(at.FullName, "shared", "data");
            if (System.IO.Directory.Exists(beside)) return beside;
        }
        return null;
    }
}
