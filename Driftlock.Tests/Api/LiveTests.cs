using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Api;

/// <summary>An Api without Redis whose live stream is quick and takes few clients.</summary>
public sealed class LiveHost : IAsyncLifetime
{
    public const int Clients = 3;

    private readonly PostgresServer _postgres = new();

    public ApiDatabase Database { get; private set; } = null!;

    public ApiServer Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await ApiDatabase.CreateAsync(_postgres);
        Api = await ApiServer.StartAsync(
            Database.ConnectionString, ("Live__Heartbeat", "00:00:00.3"), ("Live__Poll", "00:00:00.05"), ("Live__Clients", $"{Clients}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Api is not null) await Api.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

/// <summary>GET /api/v1/stream/anomalies. The tests of a class run one after the other, so that each knows how many clients there are.</summary>
public sealed class LiveTests(LiveHost host) : IClassFixture<LiveHost>
{
    private const string Stream = "api/v1/stream/anomalies";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_connected_then_each_new_anomaly_of_the_tenant_and_heartbeats_in_between()
    {
        var (tenant, other) = (await host.Database.AddTenantAsync(), await host.Database.AddTenantAsync());
        await host.Database.AddAnomalyAsync(tenant);
        // After a heartbeat of an earlier client the feed has surely looked, and what was there before is not news.
        await using var earlier = await OpenAsync(tenant.Read);
        await earlier.NextAsync("heartbeat");
        await using var live = await OpenAsync(tenant.Read);
        var connected = await live.NextAsync();
        Assert.Equal("connected", connected.EventType);
        Assert.True(JsonDocument.Parse(connected.Data).RootElement.GetProperty("clientId").TryGetGuid(out _));
        Assert.Equal("heartbeat", (await live.NextAsync()).EventType);

        await host.Database.AddAnomalyAsync(other);
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var arrived = await live.NextAsync("anomaly");
        Assert.Equal(anomaly.Sequence.ToString(CultureInfo.InvariantCulture), arrived.EventId);
        var listed = (await host.Api.GetAsync(tenant.Read, "api/v1/anomalies?limit=1")).Json.GetProperty("items")[0];
        Assert.Equal(listed.GetRawText(), arrived.Data);
        Assert.Equal("heartbeat", (await live.NextAsync()).EventType);
    }

    [Fact]
    public async Task After_Last_Event_ID_nothing_is_missing_and_nothing_comes_twice()
    {
        var tenant = await host.Database.AddTenantAsync();
        var before = await host.Database.AddAnomalyAsync(tenant);
        var expected = new List<long>();
        for (var i = 0; i < 120; i++) expected.Add((await host.Database.AddAnomalyAsync(tenant)).Sequence);
        await using var live = await OpenAsync(tenant.Read, before.Sequence.ToString(CultureInfo.InvariantCulture));
        var adding = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) expected.Add((await host.Database.AddAnomalyAsync(tenant)).Sequence);
        }, Cancellation);
        var seen = new List<long>();
        while (seen.Count < 140) seen.Add(long.Parse((await live.NextAsync("anomaly")).EventId!, CultureInfo.InvariantCulture));
        await adding;
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task One_client_too_many_is_told_when_to_come_back_and_a_place_that_is_left_is_free()
    {
        var tenant = await host.Database.AddTenantAsync();
        var clients = new List<LiveReader>();
        while (clients.Count < LiveHost.Clients)
        {
            // Places of the tests before are given back a moment after they hang up.
            var reader = await OpenAsync(tenant.Read);
            if (reader.Status == HttpStatusCode.OK) clients.Add(reader);
            else await reader.DisposeAsync();
        }
        var refused = (await host.Api.GetAsync(tenant.Read, Stream)).IsProblem(HttpStatusCode.ServiceUnavailable, "too_many_live_clients");
        Assert.True(refused.Response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        foreach (var client in clients) await client.DisposeAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        for (var status = HttpStatusCode.ServiceUnavailable; status != HttpStatusCode.OK;)
        {
            patience.Token.ThrowIfCancellationRequested();
            await using var again = await OpenAsync(tenant.Read);
            status = again.Status;
        }
    }

    [Fact]
    public async Task What_is_found_right_after_the_start_is_told()
    {
        // The first look at the store must not wait for the first interval.
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Live__Poll", "00:00:02"));
        var tenant = await host.Database.AddTenantAsync();
        await using var live = await LiveReader.OpenAsync(api, tenant.Read);
        await live.NextAsync("connected");
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        Assert.Equal(anomaly.Sequence.ToString(CultureInfo.InvariantCulture), (await live.NextAsync("anomaly")).EventId);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task A_Last_Event_ID_that_is_none_is_refused(string id)
    {
        var tenant = await host.Database.AddTenantAsync();
        (await host.Api.SendAsync(tenant.Read, HttpMethod.Get, Stream, headers: ("Last-Event-ID", id)))
            .IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("Last-Event-ID");
    }

    /// <summary>A client of an earlier test may still be on its way out, and there is room for few.</summary>
    private async Task<LiveReader> OpenAsync(string key, string? lastEventId = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            var live = await LiveReader.OpenAsync(host.Api, key, lastEventId);
            if (live.Status != HttpStatusCode.ServiceUnavailable) return live;
            await live.DisposeAsync();
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>A reader of server-sent events.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private LiveReader(HttpClient client, HttpResponseMessage response, Stream body)
    {
        (_client, _response) = (client, response);
        _events = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    public HttpStatusCode Status => _response.StatusCode;

    public static async Task<LiveReader> OpenAsync(ApiServer api, string key, string? lastEventId = null)
    {
        var client = api.Client(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/v1/stream/anomalies", UriKind.Relative));
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new LiveReader(client, response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event, or the next of a type.</summary>
    public async Task<SseItem<string>> NextAsync(string? type = null)
    {
        // One deadline over all: heartbeats must not keep a wait alive for ever.
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(40);
        do
        {
            var left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero) throw new TimeoutException($"no event '{type}' came");
            Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(left, TestContext.Current.CancellationToken), "the stream has ended");
        }
        while (type is not null && _events.Current.EventType != type);
        return _events.Current;
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        _client.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read was under way when the test gave up.
        }
    }
}
