using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace Driftlock.Tests.EndToEnd;

/// <summary>All of Driftlock, started once by its own AppHost and shared by every test of the collection.</summary>
public sealed class Deployment : IAsyncLifetime
{
    public const string ApiKey = "dlk_end_to_end_0123456789abcdef";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lazy<Task<Shop>> _shop;
    private DistributedApplication? _app;
    private long _sent;

    public Deployment() => _shop = new(() => Shop.SendAsync(this));

    public HttpClient Api { get; private set; } = null!;

    /// <summary>Our own sample of all three signals, sent and judged once for all tests that look at it.</summary>
    public Task<Shop> ShopAsync() => _shop.Value;

    /// <summary>The connection string of its database, for what would take too long to send.</summary>
    public async Task<string> StoreAsync() => (await _app!.GetConnectionStringAsync("driftlock", TestContext.Current.CancellationToken))!;

    public Uri Web => _app!.GetEndpoint("web", "http");

    public Uri OtlpGrpc => _app!.GetEndpoint("api", "otlp-grpc");

    public Uri OtlpHttp => _app!.GetEndpoint("api", "otlp-http");

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartUp);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Driftlock_AppHost>(
            ["Sample=false", $"Parameters:api-key={ApiKey}"], limit.Token);
        _app = await builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        foreach (var resource in (string[])["api", "detector", "web"])
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
        }
        Api = _app.CreateHttpClient("api", "http");
        Api.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        // A live stream stays open for as long as a test reads it; every wait has its own limit.
        Api.Timeout = Timeout.InfiniteTimeSpan;
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
    }

    /// <summary>Waits until every event that was ever sent to this deployment is judged.</summary>
    /// <param name="sent">Events sent since the last call.</param>
    public async Task JudgedAsync(int sent)
    {
        var expected = Interlocked.Add(ref _sent, sent);
        using var patience = Limit();
        var last = default(JsonElement);
        try
        {
            while (true)
            {
                last = await Api.GetFromJsonAsync<JsonElement>("/api/v1/analytics/summary", patience.Token);
                if (last.GetProperty("events").GetInt64() == expected && last.GetProperty("lag").GetProperty("entries").GetInt64() == 0) return;
                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"{expected} events were sent; within {Patience.TotalSeconds} s the summary only came to {last}");
        }
    }

    /// <summary>All anomalies after a sequence number, in the order of detection.</summary>
    public async Task<IReadOnlyList<Anomaly>> AnomaliesAsync(long after = 0)
    {
        using var patience = Limit();
        var found = new List<Anomaly>();
        for (var cursor = ""; ;)
        {
            var page = await Api.GetFromJsonAsync<AnomalyPage>($"/api/v1/anomalies?limit=200{cursor}", patience.Token);
            found.AddRange(page!.Items.Where(anomaly => anomaly.Sequence > after));
            if (page.NextCursor is null) return [.. found.OrderBy(anomaly => anomaly.Sequence)];
            cursor = $"&cursor={Uri.EscapeDataString(page.NextCursor)}";
        }
    }

    public static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return limit;
    }

    private sealed record AnomalyPage(IReadOnlyList<Anomaly> Items, string? NextCursor);
}

/// <summary>What the tests read of an anomaly, over REST and over the live stream.</summary>
public sealed record Anomaly(string Id, string StreamId, string Service, string Status, string CostliestLine, double PValue, long Sequence);

/// <summary>One deployment and one browser for all tests of this folder, one test after the other and beside no others: the patience of
/// the tests is measured for a machine that runs Driftlock and nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEnd : ICollectionFixture<Deployment>, ICollectionFixture<Browser>
{
    public const string Name = "end to end";
}
