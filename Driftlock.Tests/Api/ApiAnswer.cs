using System.Net;
using System.Text;
using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>An answer of the REST API, read to the end.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string Body, HttpResponseMessage Response)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string[] Ids => [.. Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    /// <summary>Checks that this is a problem of RFC 9457 with our extensions.</summary>
    public ApiAnswer IsProblem(HttpStatusCode status, string code)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.NotEmpty(Json.GetProperty("traceId").GetString()!);
        return this;
    }

    /// <summary>Checks that the problem names the field that is wrong.</summary>
    public void Names(string field) => Assert.NotEmpty(Json.GetProperty("errors").GetProperty(field).EnumerateArray());
}

internal static class ApiCalls
{
    public static Task<ApiAnswer> GetAsync(this ApiServer api, string? key, string address) => SendAsync(api, key, HttpMethod.Get, address);

    public static async Task<ApiAnswer> SendAsync(
        this ApiServer api, string? key, HttpMethod method, string address, string? body = null, string contentType = "application/json",
        params (string Name, string Value)[] headers)
    {
        using var client = api.Client(key);
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);
    }
}
