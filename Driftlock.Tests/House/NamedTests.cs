using System.Text.RegularExpressions;

namespace Driftlock.Tests.House;

/// <summary>Tests that a document promises by <c>Class.Method</c>, and those that there are.</summary>
internal static partial class NamedTests
{
    public static string[] In(string document) =>
        [.. Test().Matches(File.ReadAllText(document)).Select(match => match.Groups["name"].Value).Distinct()];

    public static string[] Of(Func<Type, bool> isWanted) =>
    [
        .. from type in typeof(NamedTests).Assembly.GetTypes()
           where isWanted(type)
           from method in type.GetMethods()
           where method.IsDefined(typeof(FactAttribute), inherit: true)
           select $"{type.Name}.{method.Name}",
    ];

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Test();
}
