using System.Collections.Concurrent;
using Driftlock.Web.ApiClient;
using Microsoft.AspNetCore.Http;

namespace Driftlock.Tests.Web;

public sealed class LiveAnomaliesTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_break_the_feed_continues_with_the_last_event_that_was_seen()
    {
        var asked = new ConcurrentQueue<string>();
        await using var api = await FakeApi.StartAsync(async c =>
        {
            var last = c.Request.Headers["Last-Event-ID"].ToString();
            asked.Enqueue(last);
            c.Response.ContentType = "text/event-stream";
            var next = long.Parse(last, System.Globalization.CultureInfo.InvariantCulture) + 1;
            await c.Response.WriteAsync("event: connected\ndata: {\"clientId\":\"c\"}\n\nevent: heartbeat\ndata: {}\n\nevent: anomaly\ndata: not json\n\n");
            await c.Response.WriteAsync($"id: {next}\nevent: anomaly\ndata: {{\"id\":\"0-{next}-0\",\"sequence\":{next}}}\n\n");
        });
        var updates = await TakeAsync(api, "6", 6);
        Assert.Equal(["6", "7"], asked.Take(2));
        Assert.Equal([7L, 8L], updates.OfType<LiveUpdate.Arrived>().Select(a => a.Anomaly.Sequence));
        Assert.IsType<LiveUpdate.Connected>(updates[0]);
        Assert.IsType<LiveUpdate.Lost>(updates[2]);
        Assert.IsType<LiveUpdate.Connected>(updates[3]);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_key_ends_the_feed_and_is_not_tried_again(int status)
    {
        var calls = 0;
        await using var api = await FakeApi.StartAsync(c =>
        {
            Interlocked.Increment(ref calls);
            c.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.IsType<LiveUpdate.Refused>(Assert.Single(await TakeAsync(api, null, 10)));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_failing_Api_is_tried_again_until_it_answers()
    {
        var calls = 0;
        await using var api = await FakeApi.StartAsync(c =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                c.Response.StatusCode = 503;
                return Task.CompletedTask;
            }

            c.Response.ContentType = "text/event-stream";
            return c.Response.WriteAsync(": hello\n\n");
        });
        var updates = await TakeAsync(api, null, 2);
        Assert.Equal(ApiProblemKind.Unreachable, Assert.IsType<LiveUpdate.Lost>(updates[0]).Problem.Kind);
        Assert.IsType<LiveUpdate.Connected>(updates[1]);
    }

    private static async Task<List<LiveUpdate>> TakeAsync(FakeApi api, string? lastEventId, int count)
    {
        var updates = new List<LiveUpdate>();
        await foreach (var update in new LiveAnomalies(api.Client, TimeProvider.System).ReadAsync(lastEventId, Ending))
        {
            updates.Add(update);
            if (updates.Count == count)
                break;
        }

        return updates;
    }
}
