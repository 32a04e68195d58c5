using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Driftlock.Api.OpenApi;

/// <summary>
/// The bodies of the requests in the .http files, which lie beside each area's code and come along as resources: what one can try by hand is
/// what the OpenAPI document shows.
/// </summary>
internal static partial class RequestExamples
{
    private static readonly Dictionary<string, JsonNode> Bodies = Read();

    /// <param name="method">POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">With its parameters in braces.</param>
    public static JsonNode? Of(string method, string path) => Bodies.GetValueOrDefault(Key(method, path))?.DeepClone();

    private static Dictionary<string, JsonNode> Read()
    {
        var bodies = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".http", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (Match request in Request().Matches(reader.ReadToEnd().ReplaceLineEndings("\n")))
            {
                bodies.TryAdd(Key(request.Groups["method"].Value, request.Groups["path"].Value), JsonNode.Parse(request.Groups["body"].Value)!);
            }
        }
        return bodies;
    }

    /// <summary>Whatever parameters are called.</summary>
    private static string Key(string method, string path) => $"{method} {Parameter().Replace(path, "{}").TrimEnd('/')}";

    /// <summary><c>POST {{api}}/api/v1/exports</c>, headers, an empty line, and JSON up to the next ###.</summary>
    [GeneratedRegex(@"^(?<method>POST|PUT|PATCH|DELETE) \{\{api\}\}(?<path>\S+)\n(?:\S+: .*\n)*Content-Type: application/json\n(?:\S+: .*\n)*\n(?<body>[\[{](?:(?!^###)[\s\S])*)", RegexOptions.Multiline)]
    private static partial Regex Request();

    [GeneratedRegex(@"\{+[^}]*\}+")]
    private static partial Regex Parameter();
}
