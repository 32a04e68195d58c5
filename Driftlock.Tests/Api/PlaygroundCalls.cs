using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>The lines of a playground's answer, read to the end.</summary>
internal sealed record PlaygroundAnswer(ApiAnswer Answer)
{
    public JsonElement[] Lines => [.. Answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public JsonElement[] Anomalies => Of("anomaly");

    public JsonElement[] Progress => Of("progress");

    /// <summary>The last line.</summary>
    public JsonElement Summary => Lines[^1].GetProperty("summary");

    /// <summary>The last line.</summary>
    public JsonElement Problem => Lines[^1].GetProperty("problem");

    private JsonElement[] Of(string name) => [.. Lines.Where(line => line.TryGetProperty(name, out _)).Select(line => line.GetProperty(name))];
}

internal static class PlaygroundCalls
{
    public static Task<PlaygroundAnswer> JudgeAsync(this ApiServer api, string? key, string query, string file, params (string Name, string Value)[] headers) =>
        api.JudgeAsync(key, query, Encoding.UTF8.GetBytes(file), headers);

    public static async Task<PlaygroundAnswer> JudgeAsync(this ApiServer api, string? key, string query, byte[] file, params (string Name, string Value)[] headers)
    {
        using var client = api.Client(key);
        var response = await client.SendAsync(Request(query, file, headers), TestContext.Current.CancellationToken);
        return new PlaygroundAnswer(new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response));
    }

    /// <summary>With its own request, so that a test can read line by line, or stop.</summary>
    public static HttpRequestMessage Request(string query, byte[] file, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/v1/playground" + query, UriKind.Relative)) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) content.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }
}
