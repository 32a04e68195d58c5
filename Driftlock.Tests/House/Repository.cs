namespace Driftlock.Tests.House;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    /// <summary>The product's and the tests' projects; not the stand-ins.</summary>
    public static string[] Projects => [.. Directory.GetDirectories(Folder, "Driftlock.*").SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Driftlock.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("the tests must lie inside of the repository that they were built from");
    }
}
