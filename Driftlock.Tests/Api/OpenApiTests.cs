using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Driftlock.Api.Errors;
using Driftlock.Tests.House;

namespace Driftlock.Tests.Api;

/// <summary>The document is what clients are generated from: it says how each operation is asked and how it can fail.</summary>
[Collection(SharedApi.Name)]
public sealed partial class OpenApiTests(ApiHost host)
{
    [Fact]
    public async Task Every_body_has_an_example_and_the_service_takes_it()
    {
        var key = await host.Database.AddOperatorAsync();
        var wrong = new List<string>();
        await foreach (var (method, path, operation) in OperationsAsync())
        {
            if (!operation.TryGetProperty("requestBody", out var body) || !path.StartsWith("/api/", StringComparison.Ordinal)) continue;
            var content = body.GetProperty("content").EnumerateObject().First().Value;
            if (!content.TryGetProperty("example", out var example))
            {
                wrong.Add($"{method} {path}: no example");
                continue;
            }
            var answer = await host.Api.SendAsync(key, new HttpMethod(method), Path(path).Replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91", StringComparison.Ordinal), example.GetRawText());
            if (answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError) wrong.Add($"{method} {path}: {(int)answer.Status} {answer.Body}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_operation_says_how_it_can_fail_with_an_example_of_each_code()
    {
        var seen = new HashSet<string>();
        await foreach (var (method, path, operation) in OperationsAsync())
        {
            if (!path.StartsWith("/api/", StringComparison.Ordinal)) continue;
            var failures = operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] is '4' or '5').ToList();
            Assert.True(failures.Count >= 3, $"{method} {path}");
            foreach (var example in failures.SelectMany(failure => failure.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject()))
            {
                Assert.Equal(example.Name, example.Value.GetProperty("value").GetProperty("code").GetString());
                seen.Add(example.Name);
            }
        }
        Assert.Empty(ErrorCodes.All.Keys.Except(seen).Except(["method_not_allowed"]));
    }

    [Fact]
    public void Every_code_that_the_service_writes_is_in_the_table()
    {
        var written = Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Folder, "Driftlock.Api"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)).ToHashSet();
        Assert.True(written.Count > 20);
        Assert.Empty(written.Except(ErrorCodes.All.Keys));
        Assert.All(Enumerable.Range(400, 200), status => Assert.Contains(ApiProblem.DefaultCode(status), ErrorCodes.All.Keys));
    }

    [Theory]
    [InlineData("AnomalySummary")]
    [InlineData("IncidentPage")]
    [InlineData("ExportDetail")]
    [InlineData("Summary")]
    [InlineData("AnomalyVerification")]
    public async Task Answers_have_examples(string schema)
    {
        using var document = JsonDocument.Parse((await host.Api.GetAsync(null, "openapi/v1.json")).Body);
        var described = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schema);
        Assert.Equal(
            described.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(),
            described.GetProperty("examples")[0].EnumerateObject().Select(property => property.Name).Order());
    }

    private async IAsyncEnumerable<(string Method, string Path, JsonElement Operation)> OperationsAsync()
    {
        using var document = JsonDocument.Parse((await host.Api.GetAsync(null, "openapi/v1.json")).Body);
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject()) yield return (operation.Name.ToUpperInvariant(), path.Name, operation.Value);
        }
    }

    /// <summary>Tenants and streams have ids of their own forms.</summary>
    private static string Path(string path) => path.TrimStart('/')
        .Replace("tenants/{id}", "tenants/2147483000", StringComparison.Ordinal).Replace("streams/{id}", "streams/0000000000000001", StringComparison.Ordinal);

    [GeneratedRegex("""(?<!\w)(?:ApiProblem\.(?:Conflict|Of)|LimitRefusal\.WriteAsync|WriteAsync)\([^"()]*"(?<code>[a-z_]+)",""")]
    private static partial Regex Code();
}
