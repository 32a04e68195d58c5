using System.Globalization;
using System.Net;
using System.Text;
using Driftlock.Tests.Conformance;

namespace Driftlock.Tests.Api;

/// <summary>A playground takes as many files at once as it may, for as long as it may, and for nobody who is gone.</summary>
[Collection(SecondApi.Name)]
public sealed class PlaygroundLimitTests(ApiHost host)
{
    private const int LinesABlock = 4096;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_more_is_told_to_come_back_until_the_first_is_gone()
    {
        await using var api = await ApiServer.StartAsync(
            host.Database.ConnectionString, ("Playground__AtOnce", "1"), ("Playground__Patience", "00:10:00"), ("Playground__MaxUnpackedBytes", $"{1 << 30}"));
        var tenant = await host.AddTenantAsync();
        using (var slow = await BeginAsync(api, tenant.Read))
        {
            var refused = (await api.JudgeAsync(tenant.Read, "", "a line")).Answer;
            Assert.Equal(5, refused.IsProblem(HttpStatusCode.TooManyRequests, "busy").Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }
        await IsFreeAsync(api, tenant);

        // Minutes of work, of which nobody wants the end.
        var file = Lines(512 << 20);
        using (var client = api.Client(tenant.Read))
        using (var response = await client.SendAsync(PlaygroundCalls.Request("?format=ndjson", file), HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            (await api.JudgeAsync(tenant.Read, "", "a line")).Answer.IsProblem(HttpStatusCode.TooManyRequests, "busy");
        }
        await IsFreeAsync(api, tenant);
    }

    [Fact]
    public async Task What_takes_too_long_ends_and_says_so()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Playground__Patience", "00:00:01"));
        var tenant = await host.AddTenantAsync();
        foreach (var (path, key) in ((string, string)[])[("playground", tenant.Read), ("events/file", tenant.Ingest)])
        {
            using var slow = await BeginAsync(api, key, path);
            var answer = await slow.ReadAsync();
            Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"too_slow\"", answer, StringComparison.Ordinal);
        }
        var judged = await api.JudgeAsync(tenant.Read, "?format=ndjson", Lines(60 << 20));
        // It may not even have come to a first line, on a machine that has much else to do.
        var problem = judged.Answer.Status == HttpStatusCode.OK ? judged.Problem : judged.Answer.IsProblem(HttpStatusCode.UnprocessableEntity, "too_slow").Json;
        Assert.Equal("too_slow", problem.GetProperty("code").GetString());
        Assert.Contains("1 seconds", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Playground__AtOnce", "0", "Playground:AtOnce")]
    [InlineData("Playground__MaxBytes", "1", "Playground:MaxBytes")]
    [InlineData("Playground__MaxUnpackedBytes", "1024", "Playground:MaxUnpackedBytes")]
    [InlineData("Playground__Patience", "00:00:00", "Playground:Patience")]
    [InlineData("Verification__AtOnce", "0", "Verification:AtOnce")]
    [InlineData("Verification__Patience", "-00:00:01", "Verification:Patience")]
    public async Task An_option_that_makes_no_sense_stops_the_start(string name, string value, string key)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ApiServer.StartAsync(host.Database.ConnectionString, (name, value)));
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A file whose turn has begun, and of which only the beginning comes.</summary>
    private static async Task<RawClient> BeginAsync(ApiServer api, string key, string path = "playground")
    {
        var client = await RawClient.ConnectAsync(api.Rest);
        await client.SendAsync($"POST /api/v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n", []);
        await client.ReadBytesAsync(read => read.AsSpan().IndexOf("100 Continue"u8) >= 0);
        await client.SendAsync("the first line\n", []);
        return client;
    }

    /// <summary>Waits until another file is taken.</summary>
    private static async Task IsFreeAsync(ApiServer api, TestTenant tenant)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(40);
        while ((await api.JudgeAsync(tenant.Read, "", "a line")).Answer is { Status: not HttpStatusCode.OK } answer)
        {
            Assert.True(DateTime.UtcNow < deadline, $"{(int)answer.Status} {answer.Body}");
            await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Packed NDJSON of about this length: a few bytes a line, each of which costs.</summary>
    private static byte[] Lines(int bytes)
    {
        var block = new StringBuilder();
        for (var i = 0; i < LinesABlock; i++) block.Append(CultureInfo.InvariantCulture, $$"""{"m":{{i % 10}}}""").Append('\n');
        var plain = Encoding.UTF8.GetBytes(block.ToString());
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            for (var written = 0; written < bytes; written += plain.Length) gzip.Write(plain);
        }
        return packed.ToArray();
    }
}
