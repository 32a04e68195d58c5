using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Api;

/// <summary>POST /api/v1/playground: what `driftlock scan` says of a file, without the command line.</summary>
[Collection(SecondApi.Name)]
public sealed class PlaygroundTests(ApiHost host) : IDisposable
{
    private const string Unusual = "login of somebody failed, and then some";

    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-playground-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("logs", 20_000, "requests.jsonl", true)]
    [InlineData("metrics", 20_000, "requests.jsonl", true)]
    [InlineData("traces", 20_000, "requests.jsonl", true)]
    [InlineData("text", 3_000, "app.log", true)]
    [InlineData("ndjson", 3_000, "app.json", true)]
    [InlineData("csv", 3_000, "app.csv", true)]
    [InlineData("text", 100, "app.log", false)]
    public async Task It_finds_what_scan_finds(string kind, int count, string name, bool finds)
    {
        var file = await SampleAsync(kind, count);
        var scanned = await ScanAsync(name, file);
        var tenant = await host.AddTenantAsync();
        var judged = await host.Api.JudgeAsync(tenant.Read, $"?name={name}", file);
        Assert.True(judged.Answer.Status == HttpStatusCode.OK, judged.Answer.Body);
        Assert.Equal("application/x-ndjson", judged.Answer.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(finds, judged.Anomalies.Length > 0);
        Assert.Equal(scanned.Length - 1, judged.Anomalies.Length);
        foreach (var (ours, theirs) in judged.Anomalies.Zip(scanned))
        {
            var anomaly = JsonNode.Parse(ours.GetRawText())!.AsObject();
            Assert.True(anomaly.Remove("lines", out var lines));
            Assert.True(JsonNode.DeepEquals(theirs, anomaly), $"{theirs}\n{anomaly}");
            Assert.Equal(anomaly["costliest"]!.AsArray().Select(line => line!["text"]!.GetValue<string>()).Order(), lines!.AsArray().Where(line => line!["costly"]!.GetValue<bool>()).Select(line => line!["text"]!.GetValue<string>()).Order());
        }
        var summary = JsonNode.Parse(judged.Summary.GetRawText())!.AsObject();
        foreach (var (property, value) in scanned[^1]["summary"]!.AsObject().Where(one => one.Key is not ("seconds" or "megabytesPerSecond"))) Assert.True(JsonNode.DeepEquals(value, summary[property]), property);
        Assert.Equal((0.05, false, finds), (summary["falseDiscoveryRate"]!.GetValue<double>(), summary["truncated"]!.GetValue<bool>(), summary["eventsNeeded"]!.GetValue<long>() == 0));
    }

    [Fact]
    public async Task Lines_of_the_window_say_what_they_cost_and_are_cut()
    {
        var tenant = await host.AddTenantAsync();
        // What is cut lies in the middle of a character that takes two UTF-16 units.
        var lines = Lines(3_000).Select(line => line.StartsWith("request", StringComparison.Ordinal) ? line + ": " + string.Concat(Enumerable.Repeat("and so on ", 197)) + "\U0001F6A8\U0001F6A8" : line);
        var anomaly = Assert.Single((await host.Api.JudgeAsync(tenant.Read, "", string.Join('\n', lines))).Anomalies);
        var shown = anomaly.GetProperty("lines").EnumerateArray().ToArray();
        Assert.Equal(50, shown.Length);
        Assert.Equal(anomaly.GetProperty("firstEvent").GetInt64(), shown[0].GetProperty("event").GetInt64());
        var costly = shown.Single(line => line.GetProperty("event").GetInt64() == 2_510);
        Assert.True(costly.GetProperty("costly").GetBoolean() && costly.GetProperty("isNew").GetBoolean());
        Assert.True(costly.GetProperty("bits").GetDouble() > costly.GetProperty("expectedBits").GetDouble());
        Assert.Equal(Unusual, costly.GetProperty("text").GetString());
        Assert.NotEmpty(costly.GetProperty("tokens").EnumerateArray());
        foreach (var line in shown)
        {
            var text = line.GetProperty("text").GetString()!;
            Assert.True(line.GetProperty("event").GetInt64() == 2_510 || text.Length == 1_999, $"{text.Length}");
            Assert.DoesNotContain('\ufffd', text);
            Assert.All(line.GetProperty("tokens").EnumerateArray(), token => Assert.Equal(token.GetProperty("text").GetString(), text.Substring(token.GetProperty("start").GetInt32(), token.GetProperty("length").GetInt32())));
        }
    }

    [Fact]
    public async Task The_first_200_anomalies_are_told_and_all_are_counted()
    {
        var tenant = await host.AddTenantAsync();
        var requests = new StringBuilder();
        for (var i = 0; i < 240; i++)
        {
            // A service each: within one stream, what follows an alarm at once says nothing new.
            var records = Enumerable.Range(0, 650).Select(n => n == 610 ? "POSSIBLE BREAK-IN ATTEMPT by root from 203.0.113.7, all is lost" : $"request {n} served in {n % 7} ms")
                .Select(body => $$"""{"body":{"stringValue":"{{body}}"} }""");
            requests.Append(CultureInfo.InvariantCulture, $$$"""{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop-{{{i}}}"}}]},"scopeLogs":[{"logRecords":[{{{string.Join(',', records)}}}]}]}]}""").Append('\n');
        }
        var judged = await host.Api.JudgeAsync(tenant.Read, "?falseDiscoveryRate=0.9", requests.ToString());
        Assert.InRange(judged.Summary.GetProperty("anomalies").GetInt64(), 201, 1_000);
        Assert.Equal((200, true), (judged.Anomalies.Length, judged.Summary.GetProperty("truncated").GetBoolean()));
    }

    [Fact]
    public async Task A_lower_rate_finds_no_more_and_the_tenants_own_is_the_default()
    {
        var tenant = await host.AddTenantAsync();
        var file = await SampleAsync("logs", 20_000);
        var counts = new List<int>();
        foreach (var rate in (string[])["0.0001", "0.05", "0.5"])
        {
            var judged = await host.Api.JudgeAsync(tenant.Read, $"?falseDiscoveryRate={rate}", file);
            Assert.Equal(double.Parse(rate, CultureInfo.InvariantCulture), judged.Summary.GetProperty("falseDiscoveryRate").GetDouble());
            counts.Add(judged.Anomalies.Length);
        }
        Assert.Equal(counts.Order(), counts);
        Assert.True(counts[0] < counts[^1], string.Join(", ", counts));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Patch, "api/v1/config", """{"falseDiscoveryRate":0.5,"windowEvents":25}""")).Status);
        var own = await host.Api.JudgeAsync(tenant.Read, "", file);
        Assert.Equal(0.5, own.Summary.GetProperty("falseDiscoveryRate").GetDouble());
        Assert.Contains(own.Anomalies, anomaly => anomaly.GetProperty("lines").GetArrayLength() == 25);
    }

    [Fact]
    public async Task Nothing_of_it_is_stored_and_a_key_for_repetitions_changes_nothing()
    {
        var tenant = await host.AddTenantAsync();
        var before = await StoredAsync(tenant);
        var file = await SampleAsync("logs", 20_000);
        Assert.True(file.Length > 1 << 20);
        foreach (var _ in (int[])[1, 2])
        {
            var judged = await host.Api.JudgeAsync(tenant.Read, "", file, ("Idempotency-Key", "the same"));
            Assert.NotEmpty(judged.Anomalies);
            Assert.False(judged.Answer.Response.Headers.Contains("Idempotent-Replayed"));
        }
        Assert.Equal(before, await StoredAsync(tenant));
    }

    [Fact]
    public async Task How_far_it_is_comes_before_the_end()
    {
        var tenant = await host.AddTenantAsync();
        var file = await SampleAsync("text", 20_000);
        using var client = host.Api.Client(tenant.Read);
        using var response = await client.SendAsync(PlaygroundCalls.Request("", file), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var first = JsonDocument.Parse((await reader.ReadLineAsync(Cancellation))!).RootElement.GetProperty("progress");
        Assert.Equal(file.Length, first.GetProperty("totalBytes").GetInt32());
        Assert.Equal((512, true), (first.GetProperty("events").GetInt32(), first.GetProperty("bytes").GetInt32() < file.Length));
        var rest = (await reader.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var last = JsonDocument.Parse(rest[^2]).RootElement.GetProperty("progress");
        var summary = JsonDocument.Parse(rest[^1]).RootElement.GetProperty("summary");
        Assert.Equal((file.Length, 20_000), (last.GetProperty("bytes").GetInt32(), last.GetProperty("events").GetInt32()));
        foreach (var count in (string[])["events", "windows", "anomalies"]) Assert.Equal(summary.GetProperty(count).GetInt64(), last.GetProperty(count).GetInt64());
    }

    [Fact]
    public async Task Gzip_is_unpacked_whether_a_header_says_so_or_not()
    {
        var tenant = await host.AddTenantAsync();
        var file = await SampleAsync("text", 20_000);
        var plain = await host.Api.JudgeAsync(tenant.Read, "", file);
        foreach (var headers in ((string, string)[][])[[], [("Content-Encoding", "gzip")]])
        {
            var packed = await host.Api.JudgeAsync(tenant.Read, "", Pack(file), headers);
            Assert.Equal(plain.Anomalies.Select(anomaly => anomaly.GetRawText()), packed.Anomalies.Select(anomaly => anomaly.GetRawText()));
            Assert.Equal(file.Length, packed.Progress[^1].GetProperty("bytes").GetInt32());
        }
    }

    [Theory]
    [InlineData("text", "app.log")]
    [InlineData("ndjson", "app.json")]
    [InlineData("csv", "app.csv")]
    public async Task Secrets_in_lines_are_redacted_as_in_what_is_sent(string kind, string name)
    {
        var tenant = await host.AddTenantAsync();
        var lines = Lines(3_000).Select(line => line == Unusual ? "login of someone@example.org failed, password=hunter2secret" : line);
        var judged = await host.Api.JudgeAsync(tenant.Read, $"?name={name}", Format(kind, lines));
        Assert.NotEmpty(judged.Anomalies);
        Assert.Contains("[REDACTED:email]", judged.Answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("someone@example.org", judged.Answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2secret", judged.Answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?format=yaml", "a line", "format")]
    [InlineData("?falseDiscoveryRate=0", "a line", "falseDiscoveryRate")]
    [InlineData("?falseDiscoveryRate=1", "a line", "falseDiscoveryRate")]
    [InlineData("?falseDiscoveryRate=NaN", "a line", "falseDiscoveryRate")]
    [InlineData("?falseDiscoveryRate=some", "a line", "falseDiscoveryRate")]
    public async Task What_was_asked_wrongly_is_named(string query, string file, string field)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.JudgeAsync(tenant.Read, query, file)).Answer.IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
        (await host.Api.JudgeAsync(tenant.Read, "?name=" + new string('n', 201), file)).Answer.IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("name");
    }

    [Theory]
    [InlineData("", "", "is empty")]
    [InlineData("?format=ndjson", "\n \n", "holds no event")]
    [InlineData("?format=csv", "message,level\n", "holds no event")]
    [InlineData("?format=otlp-json", """{"resourceLogs":[]}""", "holds no event")]
    [InlineData("?format=ndjson", "{}\n{}\n{}\n{}\n{}\n{}\n{\"message\":\n", "line 7: not JSON")]
    [InlineData("?name=a.csv", "message,level\n\"open,INFO\n", "line 2: a quote is not closed")]
    [InlineData("?format=otlp-json", "{\"resourceLogs\":7}", "request 1: ")]
    [InlineData("?format=otlp-json", "{}", "request 1: an object with resourceLogs")]
    [InlineData("", "\u007fELF\0\u0001", "is not text")]
    public async Task A_file_that_is_not_of_its_format_is_refused_with_the_place(string query, string file, string expected)
    {
        var tenant = await host.AddTenantAsync();
        var answer = (await host.Api.JudgeAsync(tenant.Read, query, file)).Answer.IsProblem(HttpStatusCode.BadRequest, "invalid_file");
        Assert.Contains(expected, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_and_foreign_encodings_are_refused()
    {
        var tenant = await host.AddTenantAsync();
        var broken = (await host.Api.JudgeAsync(tenant.Read, "", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 255, 254, 253])).Answer.IsProblem(HttpStatusCode.BadRequest, "invalid_file");
        Assert.Contains("gzip", broken.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await host.Api.JudgeAsync(tenant.Read, "", "a line", ("Content-Encoding", "br"))).Answer.IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task A_file_that_goes_wrong_later_is_judged_up_to_there_and_says_so_last()
    {
        var tenant = await host.AddTenantAsync();
        var file = string.Concat(Enumerable.Range(0, 3_000).Select(i => $$"""{"message":"request {{i}} served"}""" + "\n")) + "nonsense\n";
        var judged = await host.Api.JudgeAsync(tenant.Read, "?format=ndjson", file);
        Assert.Equal(HttpStatusCode.OK, judged.Answer.Status);
        Assert.NotEmpty(judged.Progress);
        Assert.Equal("invalid_file", judged.Problem.GetProperty("code").GetString());
        Assert.StartsWith("line 3001: not JSON", judged.Problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_packed_or_not()
    {
        var tenant = await host.AddTenantAsync();
        var large = new byte[(16 << 20) + 1];
        Array.Fill(large, (byte)'\n');
        (await host.Api.JudgeAsync(tenant.Read, "", large)).Answer.IsProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        var bomb = new byte[(64 << 20) + 1];
        Array.Fill(bomb, (byte)'\n');
        (await host.Api.JudgeAsync(tenant.Read, "", Pack(bomb))).Answer.IsProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Who_only_sends_may_not_ask()
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.JudgeAsync(tenant.Ingest, "", "a line")).Answer.IsProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, (await host.Api.JudgeAsync(tenant.Analyst, "", "a line")).Answer.Status);
    }

    internal static byte[] Pack(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(file);
        return packed.ToArray();
    }

    private static byte[] Format(string kind, IEnumerable<string> lines) => Encoding.UTF8.GetBytes(kind switch
    {
        "ndjson" => string.Concat(lines.Select((line, i) => JsonSerializer.Serialize(new { time = ApiDatabase.At(i), level = "info", message = line, attempt = i % 3 }) + "\n")),
        "csv" => "time,level,message\n" + string.Concat(lines.Select((line, i) => $"{ApiDatabase.At(i):O},info,\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n")),
        _ => string.Concat(lines.Select(line => line + "\n")),
    });

    /// <summary>Export requests as `driftlock generate` makes them, or lines in a format for lines.</summary>
    private static async Task<byte[]> SampleAsync(string kind, int count)
    {
        if (kind is not ("logs" or "metrics" or "traces")) return Format(kind, Lines(count));
        return Encoding.UTF8.GetBytes((await CliProcess.RunAsync(
            "generate", "--signal", kind, "--count", count.ToString(CultureInfo.InvariantCulture), "--seed", "3", "--anomaly", kind == "logs" ? "pattern" : "spike")).Output);
    }

    private static IEnumerable<string> Lines(int count) => Enumerable.Range(0, count).Select(i => i == 2_510 ? Unusual : $"request {i + 1_000} served in {i % 7} ms");

    private async Task<JsonNode[]> ScanAsync(string name, byte[] file)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllBytesAsync(path, file, Cancellation);
        var scanned = await CliProcess.RunAsync("scan", path, "--json");
        Assert.True(scanned.ExitCode == 0, scanned.Error);
        return [.. scanned.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private async Task<string> StoredAsync(TestTenant tenant)
    {
        var state = "";
        foreach (var table in (string[])["log_entries", "streams", "anomalies", "incidents", "audit_log", "idempotent_writes", "tenant_settings", "exports"])
            state += $"{table} {await host.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id = {tenant.Id}")} ";
        return state;
    }
}
