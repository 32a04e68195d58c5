using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Driftlock.Web.ApiClient;

/// <summary>Driftlock's public API, typed. Never throws for what the network or the Api did: it answers with an <see cref="ApiProblem"/>.</summary>
public sealed partial class DriftlockApi(HttpClient http, ICaller caller)
{
    /// <summary>The most that one answer may hold; longer ones are <see cref="ApiProblemKind.Unreadable"/>.</summary>
    public const int MaximumAnswerBytes = 32 << 20;

    private const string Anomalies = "api/v1/anomalies";

    public Task<ApiAnswer<AnomalyPage>> AnomaliesAsync(AnomalyFilter filter, int limit, string? cursor, CancellationToken cancellation) =>
        GetAsync(filter.Address(Anomalies, ("limit", Text(limit)), ("cursor", cursor)), ApiJson.Default.AnomalyPage, cancellation);

    public Task<ApiAnswer<AnomalyDetail>> AnomalyAsync(string id, CancellationToken cancellation) =>
        GetAsync($"{Anomalies}/{Uri.EscapeDataString(id)}", ApiJson.Default.AnomalyDetail, cancellation);

    public Task<ApiAnswer<StreamPage>> StreamsAsync(string? signal, string? service, string? text, int limit, string? cursor, CancellationToken cancellation) =>
        GetAsync(
            new AnomalyFilter { Signal = signal, Service = service, Text = text }.Address("api/v1/streams", ("limit", Text(limit)), ("cursor", cursor)),
            ApiJson.Default.StreamPage,
            cancellation);

    public Task<ApiAnswer<Summary>> SummaryAsync(CancellationToken cancellation) =>
        GetAsync("api/v1/analytics/summary", ApiJson.Default.Summary, cancellation);

    /// <summary>Whose key <paramref name="key"/> is. The only call that is made with a key which nobody has signed in with yet.</summary>
    public Task<ApiAnswer<KeyOwner>> MeAsync(string key, CancellationToken cancellation) =>
        SendAsync(Request(HttpMethod.Get, "api/v1/me", key), ApiJson.Default.KeyOwner, cancellation);

    /// <summary>Begins a user's session; 401 <c>second_factor_required</c> and <c>sign_in_failed</c> become KeyRefused, with that code.</summary>
    public Task<ApiAnswer<UserSession>> SignInAsync(Credentials credentials, CancellationToken cancellation)
    {
        var request = Request(HttpMethod.Post, "api/v1/auth/sign-in", null);
        request.Content = Json(credentials, ApiJson.Default.Credentials);
        return SendAsync(request, ApiJson.Default.UserSession, cancellation);
    }

    /// <summary>Changes the status and answers with the anomaly as it is then; 409 <c>invalid_transition</c> becomes a Conflict.</summary>
    public Task<ApiAnswer<AnomalyDetail>> SetStatusAsync(string id, string status, string? notes, CancellationToken cancellation) => WriteAsync(
        HttpMethod.Patch, $"{Anomalies}/{Uri.EscapeDataString(id)}/status", new StatusChange(status, notes), ApiJson.Default.StatusChange, ApiJson.Default.AnomalyDetail, cancellation);

    /// <summary>The evidence as the Api sends it, or what it says in another form. The caller disposes the response, which is open and unread.</summary>
    public Task<ApiAnswer<HttpResponseMessage>> EvidenceAsync(string id, EvidenceForm form, CancellationToken cancellation) =>
        OpenAsync($"{Anomalies}/{Uri.EscapeDataString(id)}/evidence{form.Ending}", form.MediaType, null, cancellation);

    /// <summary>The live feed as the Api sends it, from just after <paramref name="lastEventId"/>. The caller disposes the response.</summary>
    public Task<ApiAnswer<HttpResponseMessage>> LiveAsync(string? lastEventId, CancellationToken cancellation) =>
        OpenAsync("api/v1/stream/anomalies", "text/event-stream", lastEventId, cancellation);

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    /// <summary>The path with what is set of the query.</summary>
    private static string Address(string path, params IEnumerable<(string Name, string? Value)> query) =>
        QueryHelpers.AddQueryString(path, query.Where(pair => !string.IsNullOrWhiteSpace(pair.Value)).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static HttpRequestMessage Request(HttpMethod method, string address, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private async Task<ApiAnswer<T>> GetAsync<T>(string address, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class =>
        await SendAsync(Request(HttpMethod.Get, address, await caller.KeyAsync()), type, cancellation);

    private async Task<ApiAnswer<T>> WriteAsync<TBody, T>(
        HttpMethod method, string address, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var request = await ChangeAsync(method, address);
        request.Content = Json(body, bodyType);
        return await SendAsync(request, type, cancellation);
    }

    private async Task<ApiAnswer<Done>> DeleteAsync(string address, CancellationToken cancellation) =>
        await SendAsync(await ChangeAsync(HttpMethod.Delete, address), ApiJson.Default.Done, cancellation);

    /// <summary>A change. Its key against repetition is new: a page that is sent twice asks twice, a request that is retried on its way changes once.</summary>
    private async Task<HttpRequestMessage> ChangeAsync(HttpMethod method, string address)
    {
        var request = Request(method, address, await caller.KeyAsync());
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        return request;
    }

    private async Task<ApiAnswer<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using var owned = request;
        return await ApiFailures.GuardAsync<T>(
            async () =>
            {
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                if (!response.IsSuccessStatusCode)
                    return await ApiFailures.FromAsync(response, cancellation);
                if (response.StatusCode is HttpStatusCode.NoContent && Done.Value is T done)
                    return done;
                await response.Content.LoadIntoBufferAsync(MaximumAnswerBytes, cancellation);
                var value = await response.Content.ReadFromJsonAsync(type, cancellation);
                return value is null ? new ApiProblem(ApiProblemKind.Unreadable, (int)response.StatusCode) : value;
            },
            cancellation);
    }

    private async Task<ApiAnswer<HttpResponseMessage>> OpenAsync(string address, string accept, string? lastEventId, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Get, address, await caller.KeyAsync());
        request.Headers.Accept.ParseAdd(accept);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return await OpenAsync(request, cancellation);
    }

    /// <summary>The answer unread, for the caller to read and to dispose.</summary>
    private Task<ApiAnswer<HttpResponseMessage>> OpenAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        ApiFailures.GuardAsync<HttpResponseMessage>(
            async () =>
            {
                var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                    return await ApiFailures.FromAsync(response, cancellation);
            },
            cancellation);
}
