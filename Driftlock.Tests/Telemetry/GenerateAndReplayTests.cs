using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.Telemetry;

public sealed class GenerateAndReplayTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("logs", Signal.Logs)]
    [InlineData("metrics", Signal.Metrics)]
    [InlineData("traces", Signal.Traces)]
    public async Task The_same_seed_gives_the_same_valid_requests_and_names_the_anomaly(string name, Signal signal)
    {
        var truth = Path.Combine(_directory, "truth.json");
        string[] arguments = ["generate", "--signal", name, "--count", "3000", "--seed", "5", "--anomaly", "pattern", "--truth", truth];
        var first = await CliProcess.RunAsync(arguments);
        var second = await CliProcess.RunAsync(arguments);
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(first.Output, second.Output);
        long accepted = 0;
        foreach (var line in first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var batch = BatchText.Read(signal, OtlpEncoding.Json, Encoding.UTF8.GetBytes(line));
            accepted += batch.Accepted;
            Assert.Equal((0, 0), (batch.Rejected, batch.Redactions.Total));
        }
        Assert.Equal(3000, accepted);
        using var place = JsonDocument.Parse(await File.ReadAllBytesAsync(truth, TestContext.Current.CancellationToken));
        Assert.Equal("payment", place.RootElement.GetProperty("service").GetString());
        Assert.Equal(2250, place.RootElement.GetProperty("firstEvent").GetInt32());
        Assert.NotEmpty(place.RootElement.GetProperty("streams").EnumerateArray());
    }

    [Fact]
    public async Task Replay_sends_every_line_once_more_after_a_refusal_that_can_pass()
    {
        var file = Path.Combine(_directory, "system.log.gz");
        await using (var gzip = new GZipStream(File.Create(file), CompressionMode.Compress))
        {
            for (var i = 0; i < 2500; i++) gzip.Write(Encoding.UTF8.GetBytes($"- event {i} done\n"));
        }
        var server = await Receiver.StartAsync(refusals: [(503, "0"), (429, "1")]);
        await using var _ = server;
        var result = await CliProcess.RunAsync("replay", file, "--endpoint", server.Address, "--api-key", "dlk_test", "--drop-label", "--json");
        Assert.Equal(0, result.ExitCode);
        using var summary = JsonDocument.Parse(result.Output);
        Assert.Equal((2500, 2500, 0, 2), (Number("sent"), Number("accepted"), Number("rejected"), Number("retries")));
        Assert.Equal("Bearer dlk_test", server.Authorization);
        var bodies = server.Bodies.SelectMany(Bodies).ToList();
        Assert.Equal(2500, bodies.Count);
        Assert.Equal(("event 0 done", "event 2499 done"), (bodies[0], bodies[^1]));

        int Number(string name) => summary.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Replay_sends_plain_events_and_counts_those_it_cannot_read()
    {
        var file = Path.Combine(_directory, "events.ndjson");
        await File.WriteAllTextAsync(file, "{\"service\":\"a\",\"message\":\"one\"}\n{\"service\":\"a\"}\n", TestContext.Current.CancellationToken);
        var server = await Receiver.StartAsync(refusals: []);
        await using var _ = server;
        var result = await CliProcess.RunAsync("replay", file, "--endpoint", server.Address, "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\"sent\":1,\"accepted\":1,\"rejected\":1", result.Output, StringComparison.Ordinal);
        Assert.Contains("message is missing", result.Error, StringComparison.Ordinal);
        Assert.Equal(["one"], server.Bodies.SelectMany(Bodies));
    }

    [Fact]
    public async Task What_cannot_be_retried_ends_with_exit_code_2_and_the_reason()
    {
        var file = Path.Combine(_directory, "a.log");
        await File.WriteAllTextAsync(file, "line\n", TestContext.Current.CancellationToken);
        var server = await Receiver.StartAsync(refusals: [(401, "")]);
        await using var _ = server;
        var refused = await CliProcess.RunAsync("replay", file, "--endpoint", server.Address);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("401", refused.Error, StringComparison.Ordinal);
        var absent = await CliProcess.RunAsync("replay", file + ".not", "--endpoint", server.Address);
        Assert.Equal(2, absent.ExitCode);
        Assert.Contains("no such file", absent.Error, StringComparison.Ordinal);
        var unreachable = await CliProcess.RunAsync("replay", file, "--endpoint", "http://127.0.0.1:1", "--give-up-after", "0");
        Assert.Equal(2, unreachable.ExitCode);
        Assert.Contains("did not take the data", unreachable.Error, StringComparison.Ordinal);
    }

    private static List<string> Bodies(byte[] request)
    {
        var bodies = new List<string>();
        var batch = BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, request);
        foreach (var stream in batch.Streams)
        {
            var events = stream.ReadEvents();
            while (events.Next(out var view)) bodies.Add(BatchText.Utf8(view.Body));
        }
        return bodies;
    }

    /// <summary>A server that refuses the first requests as told and keeps the rest.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public string Address => app.Urls.First();

        public List<byte[]> Bodies { get; } = [];

        public string? Authorization { get; private set; }

        public static async Task<Receiver> StartAsync((int Status, string RetryAfter)[] refusals)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            var requests = 0;
            app.MapPost("/v1/logs", async (HttpContext context) =>
            {
                var number = Interlocked.Increment(ref requests) - 1;
                if (number < refusals.Length)
                {
                    context.Response.StatusCode = refusals[number].Status;
                    if (refusals[number].RetryAfter.Length > 0) context.Response.Headers.RetryAfter = refusals[number].RetryAfter;
                    return;
                }
                receiver.Authorization = context.Request.Headers.Authorization;
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                lock (receiver.Bodies) receiver.Bodies.Add(body.ToArray());
            });
            await app.StartAsync(TestContext.Current.CancellationToken);
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
