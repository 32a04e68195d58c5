using System.Text.RegularExpressions;

namespace Driftlock.Tests.House;

/// <summary>docs/OTLP.md promises tests by name.</summary>
public sealed partial class OtlpDocumentTests
{
    private const string Conformance = "Driftlock.Tests.Conformance";

    private static readonly string[] Named =
        [.. Test().Matches(File.ReadAllText(Path.Combine(Repository.Folder, "docs", "OTLP.md"))).Select(match => match.Groups["name"].Value).Distinct()];

    [Fact]
    public void Every_test_that_the_document_names_exists() => Assert.Empty(Named.Except(Tests()));

    [Fact]
    public void Every_class_of_conformance_tests_is_in_the_document() =>
        Assert.Empty(Tests().Select(Class).Distinct().Except(Named.Select(Class)));

    private static IEnumerable<string> Tests() =>
        from type in typeof(OtlpDocumentTests).Assembly.GetTypes()
        where type.Namespace == Conformance
        from method in type.GetMethods()
        where method.IsDefined(typeof(FactAttribute), inherit: true)
        select $"{type.Name}.{method.Name}";

    private static string Class(string test) => test.Split('.')[0];

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Test();
}
