namespace Driftlock.Tests.House;

/// <summary>docs/DATA-LOSS.md names a test, or says why there is none, for every circumstance.</summary>
public sealed class DataLossDocumentTests
{
    private const string Faults = "Driftlock.Tests.Faults";

    private static readonly string Document = Path.Combine(Repository.Folder, "docs", "DATA-LOSS.md");

    private static readonly string[] Named = NamedTests.In(Document);

    [Fact]
    public void Every_test_that_the_document_names_exists() => Assert.Empty(Named.Except(NamedTests.Of(_ => true)));

    [Fact]
    public void Every_test_of_faults_is_in_the_document() => Assert.Empty(NamedTests.Of(type => type.Namespace == Faults).Except(Named));

    [Fact]
    public void Every_circumstance_has_a_test_or_a_reason()
    {
        var rows = File.ReadLines(Document).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split(" | ")).Where(cells => cells.Length == 4).ToList();
        Assert.NotEmpty(rows);
        Assert.Empty(rows.Where(cells => cells[3].Trim(' ', '|').Length < 20 && cells[3] != "tests |").Select(cells => cells[0]));
    }
}
