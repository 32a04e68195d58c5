namespace Driftlock.Tests.House;

/// <summary>One idea a file: a file that is longer than most says why at its top.</summary>
public sealed class FileLengthTests
{
    private const int Longest = 300;
    private const int HeaderLines = 20;

    [Fact]
    public void No_file_of_the_product_is_longer_than_300_lines_unless_it_says_why()
    {
        var separator = Path.DirectorySeparatorChar;
        var tooLong = Repository.Projects.Select(project => Path.GetDirectoryName(project)!)
            .Where(folder => !folder.EndsWith("Driftlock.Tests", StringComparison.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal) && !file.Contains($"{separator}bin{separator}", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{separator}Migrations{separator}", StringComparison.Ordinal)) // Written by a tool.
            .Select(file => (File: Path.GetRelativePath(Repository.Folder, file), Lines: File.ReadAllLines(file)))
            .Where(file => file.Lines.Length > Longest && !file.Lines.Take(HeaderLines).Any(SaysWhy))
            .Select(file => $"{file.File}: {file.Lines.Length}");
        Assert.Empty(tooLong);
    }

    private static bool SaysWhy(string line) =>
        line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains("longer than", StringComparison.OrdinalIgnoreCase);
}
