namespace Driftlock.Tests.House;

/// <summary>docs/OTLP.md promises tests by name.</summary>
public sealed class OtlpDocumentTests
{
    private const string Conformance = "Driftlock.Tests.Conformance";

    private static readonly string[] Named = NamedTests.In(Path.Combine(Repository.Folder, "docs", "OTLP.md"));

    [Fact]
    public void Every_test_that_the_document_names_exists() => Assert.Empty(Named.Except(Tests()));

    [Fact]
    public void Every_class_of_conformance_tests_is_in_the_document() =>
        Assert.Empty(Tests().Select(Class).Distinct().Except(Named.Select(Class)));

    private static string[] Tests() => NamedTests.Of(type => type.Namespace == Conformance);

    private static string Class(string test) => test.Split('.')[0];
}
