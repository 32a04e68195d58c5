using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Driftlock.Tests.EndToEnd;

/// <summary>A reader of the live stream, as a client of the API would be one.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = Deployment.Limit();
    private readonly List<Anomaly> _received = [];
    private HttpResponseMessage? _response;
    private IAsyncEnumerator<SseItem<string>>? _items;

    /// <summary>Returns when the server has said that it is connected: what is detected from then on arrives.</summary>
    /// <param name="api">A client with a key.</param>
    /// <param name="after">Sequence of the last anomaly that the client knows; null for none.</param>
    public static async Task<LiveStream> OpenAsync(HttpClient api, long? after = null)
    {
        var stream = new LiveStream();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream/anomalies");
        if (after is { } id) request.Headers.Add("Last-Event-ID", $"{id}");
        stream._response = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stream._gone.Token);
        stream._response.EnsureSuccessStatusCode();
        var body = await stream._response.Content.ReadAsStreamAsync(stream._gone.Token);
        stream._items = SseParser.Create(body).EnumerateAsync(stream._gone.Token).GetAsyncEnumerator(stream._gone.Token);
        Assert.True(await stream._items.MoveNextAsync());
        Assert.Equal("connected", stream._items.Current.EventType);
        return stream;
    }

    /// <summary>The first <paramref name="count"/> anomalies, in the order in which they came.</summary>
    public async Task<IReadOnlyList<Anomaly>> ReadAsync(int count)
    {
        while (_received.Count < count)
        {
            Assert.True(await _items!.MoveNextAsync(), $"the live stream ended after {_received.Count} of {count} anomalies");
            if (_items.Current.EventType != "anomaly") continue;
            var anomaly = JsonSerializer.Deserialize<Anomaly>(_items.Current.Data, JsonSerializerOptions.Web)!;
            Assert.Equal($"{anomaly.Sequence}", _items.Current.EventId);
            _received.Add(anomaly);
        }
        return _received;
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        if (_items is not null) await _items.DisposeAsync();
        _response?.Dispose();
        _gone.Dispose();
    }
}
