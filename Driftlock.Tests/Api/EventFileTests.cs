using System.IO.Compression;
using System.Net;
using System.Text;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Api;

/// <summary>A file as telemetry.</summary>
[Collection(SecondApi.Name)]
public sealed class EventFileTests(ApiHost host)
{
    private const string File = "api/v1/events/file";

    [Theory]
    [InlineData("text", "one\ntwo\nthree\n", "cart.log")]
    [InlineData("ndjson", "{\"message\":\"one\",\"level\":\"WARN\"}\n\n{\"message\":\"two\"}\n{\"message\":\"three\"}", "cart.log")]
    [InlineData("csv", "time,message\n2026-01-02T03:04:05Z,one\n2026-01-02T03:04:06Z,two\n2026-01-02T03:04:07Z,three", "cart.log")]
    public async Task Its_lines_become_a_stream_named_after_it(string format, string text, string name)
    {
        var tenant = await host.AddTenantAsync();
        var taken = (await SendAsync(tenant.Ingest, $"{File}?name={name}&format={format}", text)).Json;
        Assert.Equal((3, 0), (taken.GetProperty("accepted").GetInt32(), taken.GetProperty("rejected").GetInt32()));
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
        var stream = Assert.Single((await host.Api.GetAsync(tenant.Read, "api/v1/streams")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("logs", name), (stream.GetProperty("signal").GetString(), stream.GetProperty("service").GetString()));
    }

    [Fact]
    public async Task Export_requests_keep_their_own_streams_and_more_than_one_piece_is_taken_whole()
    {
        var tenant = await host.AddTenantAsync();
        var generated = await CliProcess.RunAsync("generate", "--signal", "logs", "--count", "3000", "--seed", "7");
        Assert.Equal(3000, (await SendAsync(tenant.Ingest, $"{File}?name=shop.json", generated.Output)).Json.GetProperty("accepted").GetInt32());
        Assert.Contains("payment", (await host.Api.GetAsync(tenant.Read, "api/v1/streams")).Body, StringComparison.Ordinal);
        var lines = string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"line {i}"));
        Assert.Equal(2000, (await SendAsync(tenant.Ingest, $"{File}?name=lines.txt", lines)).Json.GetProperty("accepted").GetInt32());
        Assert.Equal(5000, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task A_retry_with_its_key_adds_nothing_and_another_file_under_that_key_is_taken()
    {
        var tenant = await host.AddTenantAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 1100).Select(i => $"line {i}"));
        var key = Guid.NewGuid().ToString();
        Assert.False((await SendAsync(tenant.Ingest, $"{File}?name=a", lines, key)).Json.GetProperty("repeated").GetBoolean());
        Assert.True((await SendAsync(tenant.Ingest, $"{File}?name=a", lines, key)).Json.GetProperty("repeated").GetBoolean());
        Assert.Equal(1100, await host.Database.EventsInLogAsync(tenant));
        Assert.False((await SendAsync(tenant.Ingest, $"{File}?name=a", lines + "\nand one more", key)).Json.GetProperty("repeated").GetBoolean());
        Assert.Equal(2201, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("name=a&format=ndjson", "{\"message\":\"one\"}\n{\"message\":", "invalid_file", "line 2")]
    [InlineData("name=a&format=otlp-json", "{\"resourceLogs\":[", "invalid_file", "request 1")]
    [InlineData("name=a", "", "invalid_file", "is empty")]
    [InlineData("name=a&format=xml", "one", "invalid_argument", "ndjson")]
    public async Task What_is_broken_anywhere_is_refused_with_its_place_and_leaves_nothing(string query, string text, string code, string says)
    {
        var tenant = await host.AddTenantAsync();
        var refused = await SendAsync(tenant.Ingest, $"{File}?{query}", text);
        refused.IsProblem(HttpStatusCode.BadRequest, code);
        Assert.Contains(says, refused.Body, StringComparison.Ordinal);
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task Gzip_is_unpacked_and_one_that_was_cut_off_leaves_nothing()
    {
        var tenant = await host.AddTenantAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"line {i}"))), TestContext.Current.CancellationToken);
        var whole = packed.ToArray();
        foreach (var length in (int[])[whole.Length - 1, whole.Length - 8, whole.Length / 2])
        {
            var refused = await SendAsync(tenant.Ingest, $"{File}?name=lines.gz", whole[..length]);
            refused.IsProblem(HttpStatusCode.BadRequest, "invalid_file");
            Assert.Contains("gzip", refused.Body, StringComparison.Ordinal);
        }
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
        Assert.Equal(3000, (await SendAsync(tenant.Ingest, $"{File}?name=lines.gz", whole)).Json.GetProperty("accepted").GetInt32());
    }

    private Task<ApiAnswer> SendAsync(string key, string address, string text, string? idempotency = null) => SendAsync(key, address, Encoding.UTF8.GetBytes(text), idempotency);

    private async Task<ApiAnswer> SendAsync(string key, string address, byte[] file, string? idempotency = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(file) };
        if (idempotency is not null) request.Headers.Add("Idempotency-Key", idempotency);
        using var client = host.Api.Client(key);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);
    }
}
