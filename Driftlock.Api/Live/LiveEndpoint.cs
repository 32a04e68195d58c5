using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Driftlock.Api.Anomalies;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Live;

/// <summary>Server-sent events: connected, anomaly (its id is the sequence), heartbeat. Last-Event-ID resumes without a gap.</summary>
public static class LiveEndpoint
{
    private const int ReplayAtOnce = 100;

    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/stream/anomalies", Open).RequireAuthorization(Policies.Read).WithMetadata(new StaysOpen()).WithTags("Live")
            .WithSummary("New anomalies as server-sent events; resumes after Last-Event-ID").FailsWith("too_many_live_clients");

    private static Results<ServerSentEventsResult<string>, ProblemHttpResult> Open(
        HttpContext context, Caller caller, AnomalyFeed feed, IServiceScopeFactory scopes, IOptions<LiveOptions> options,
        IOptions<JsonOptions> json, TimeProvider time)
    {
        string? header = context.Request.Headers["Last-Event-ID"];
        long? after = null;
        if (!string.IsNullOrEmpty(header))
        {
            if (!long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                return ApiProblem.Invalid("Last-Event-ID", "must be the id of an event of this stream");
            }
            after = sequence;
        }
        var client = feed.TryJoin(caller.TenantId);
        if (client is null)
        {
            context.Response.Headers.RetryAfter = "30";
            return ApiProblem.Of(
                StatusCodes.Status503ServiceUnavailable, "too_many_live_clients", $"{options.Value.Clients} clients are connected; try again later");
        }
        var session = new LiveSession(client, feed, scopes, json.Value.SerializerOptions, options.Value.Heartbeat, time);
        context.Response.RegisterForDispose(session);
        return TypedResults.ServerSentEvents(session.EventsAsync(after, context.RequestAborted));
    }

    /// <summary>What one client is sent: first what it missed, from the store, then what the feed brings.</summary>
    private sealed class LiveSession(
        LiveClient client, AnomalyFeed feed, IServiceScopeFactory scopes, JsonSerializerOptions json, TimeSpan heartbeat, TimeProvider time)
        : IDisposable
    {
        private long _sent;

        public void Dispose() => feed.Leave(client);

        public async IAsyncEnumerable<SseItem<string>> EventsAsync(
            long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await feed.StartedAsync(cancellationToken);
            yield return new SseItem<string>($$"""{"clientId":"{{client.Id}}"}""", "connected");
            if (after is { } sequence)
            {
                _sent = sequence;
                await foreach (var missed in MissedAsync(cancellationToken)) yield return missed;
            }
            while (!cancellationToken.IsCancellationRequested)
            {
                var news = await NextAsync(cancellationToken);
                if (news is null)
                {
                    yield return new SseItem<string>($$"""{"time":"{{time.GetUtcNow():O}}"}""", "heartbeat");
                    continue;
                }
                // Joined before the replay began, so the two may overlap.
                if (news.Sequence > _sent) yield return Item(news);
                if (client.Queue.Reader.Completion.IsCompleted) yield break;
            }
        }

        private async IAsyncEnumerable<SseItem<string>> MissedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                await using var scope = scopes.CreateAsyncScope();
                var anomalies = scope.ServiceProvider.GetRequiredService<AnomalyQueries>();
                var missed = await AnomalyQueries.ListAsync(
                    anomalies.Of(client.Tenant).Where(anomaly => anomaly.Sequence > _sent).OrderBy(anomaly => anomaly.Sequence),
                    ReplayAtOnce, cancellationToken);
                foreach (var anomaly in missed) yield return Item(LiveAnomaly.Of(anomaly, json));
                if (missed.Count < ReplayAtOnce) yield break;
            }
        }

        /// <summary>Null when nothing came within a heartbeat's time.</summary>
        private async Task<LiveAnomaly?> NextAsync(CancellationToken cancellationToken)
        {
            if (client.Queue.Reader.TryRead(out var waiting)) return waiting;
            using var timeout = new CancellationTokenSource(heartbeat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await client.Queue.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        private SseItem<string> Item(LiveAnomaly anomaly)
        {
            _sent = anomaly.Sequence;
            return new SseItem<string>(anomaly.Json, "anomaly")
            {
                EventId = anomaly.Sequence.ToString(CultureInfo.InvariantCulture),
                ReconnectionInterval = TimeSpan.FromSeconds(2),
            };
        }
    }
}
