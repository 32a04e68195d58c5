using System.Collections.Concurrent;
using System.Threading.Channels;
using Driftlock.Api.Anomalies;
using Driftlock.Storage;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Live;

/// <summary>
/// Reads each new anomaly once and hands it to every client of its tenant. It learns of news from <see cref="AnomalySignal"/> and, in
/// any case, by asking at intervals: Redis makes it faster, and nothing is lost without it.
/// </summary>
public sealed partial class AnomalyFeed(
    IServiceScopeFactory scopes, AnomalySignal signal, IOptions<LiveOptions> options, IOptions<JsonOptions> json, TimeProvider time, ILogger<AnomalyFeed> logger)
    : BackgroundService
{
    private const int ReadAtOnce = 200;

    private readonly ConcurrentDictionary<LiveClient, bool> _clients = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private long _last = -1;

    /// <summary>Null when there are as many clients as there may be.</summary>
    public LiveClient? TryJoin(int tenant)
    {
        if (Interlocked.Increment(ref _count) > options.Value.Clients)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }
        var client = new LiveClient(tenant, Channel.CreateBounded<LiveAnomaly>(new BoundedChannelOptions(options.Value.QueuedPerClient)
        {
            SingleReader = true,
            SingleWriter = true,
        }));
        _clients[client] = true;
        return client;
    }

    /// <summary>Returns once the feed knows where it begins: from then on nothing new is missed.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    public void Leave(LiveClient client)
    {
        if (_clients.TryRemove(client, out _)) Interlocked.Decrement(ref _count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Reading comes first: what arrives from the start on is news, not only what arrives after the first wait.
                await PublishAsync(stoppingToken);
                await signal.WaitAsync(options.Value.Poll, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The store may be away for a while; clients stay, and get what they missed when it is back.
                ReadFailed(e);
                await Task.Delay(options.Value.Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        foreach (var client in _clients.Keys) client.Queue.Writer.TryComplete();
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DriftlockContext>();
        if (_last < 0) _last = await database.Anomalies.MaxAsync(anomaly => (long?)anomaly.Sequence, cancellationToken) ?? 0;
        _started.TrySetResult();
        while (true)
        {
            var last = _last;
            var rows = await database.Anomalies.AsNoTracking().Where(anomaly => anomaly.Sequence > last)
                .OrderBy(anomaly => anomaly.Sequence).Take(ReadAtOnce).Select(anomaly => new { anomaly.TenantId, anomaly.Sequence })
                .ToListAsync(cancellationToken);
            if (rows.Count == 0) return;
            foreach (var tenant in rows.Select(row => row.TenantId).Distinct())
            {
                var upTo = rows[^1].Sequence;
                var news = await AnomalyQueries.ListAsync(
                    database.Anomalies.AsNoTracking()
                        .Where(anomaly => anomaly.TenantId == tenant && anomaly.Sequence > last && anomaly.Sequence <= upTo)
                        .OrderBy(anomaly => anomaly.Sequence),
                    ReadAtOnce, cancellationToken);
                Deliver(tenant, news);
            }
            _last = rows[^1].Sequence;
        }
    }

    private void Deliver(int tenant, List<AnomalySummary> news)
    {
        var clients = _clients.Keys.Where(client => client.Tenant == tenant).ToList();
        if (clients.Count == 0) return;
        // Written once for all of them.
        var written = news.ConvertAll(anomaly => LiveAnomaly.Of(anomaly, json.Value.SerializerOptions));
        foreach (var client in clients)
        {
            foreach (var anomaly in written)
            {
                if (client.Queue.Writer.TryWrite(anomaly)) continue;
                client.Queue.Writer.TryComplete();
                break;
            }
        }
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Warning, Message = "Reading new anomalies for the live stream failed; trying again")]
    private partial void ReadFailed(Exception exception);
}
