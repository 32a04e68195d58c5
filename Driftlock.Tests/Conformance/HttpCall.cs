using System.Net.Http.Headers;

namespace Driftlock.Tests.Conformance;

/// <summary>One request of OTLP/HTTP whose answer the test reads as it came.</summary>
internal static class HttpCall
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<HttpResponseMessage> PostAsync(Uri server, string path, string? key, byte[] body, string contentType, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
