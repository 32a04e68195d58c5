using System.Text.RegularExpressions;
using Driftlock.Tests.House;

namespace Driftlock.Tests.Api;

/// <summary>The requests to try by hand that lie beside each area's code.</summary>
[Collection(SharedApi.Name)]
public sealed partial class HttpFileTests(ApiHost host)
{
    /// <summary>Binary, or about the document itself.</summary>
    private static readonly string[] NotByHand = ["POST /v1/logs", "POST /v1/metrics", "POST /v1/traces", "GET /openapi/v1.json"];

    [Fact]
    public async Task Every_operation_of_the_document_can_be_tried_and_none_that_it_does_not_know()
    {
        var written = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "Driftlock.Api"), "*.http", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Select(line => Request().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["method"].Value} {Variable().Replace(match.Groups["path"].Value, "{id}")}").ToHashSet();
        var documented = (await OpenApiDocument.OperationsAsync(host.Api)).ToHashSet();
        Assert.Empty(documented.Except(written).Except(NotByHand));
        Assert.Empty(written.Except(documented).Except(["GET /health", "GET /alive", "GET /metrics"]));
    }

    [GeneratedRegex(@"^(?<method>GET|POST|PUT|PATCH|DELETE) \{\{api\}\}(?<path>[^? ]+)")]
    private static partial Regex Request();

    [GeneratedRegex(@"\{\{[a-z]+\}\}|\{[a-z]+:[a-z]+\}")]
    private static partial Regex Variable();
}
