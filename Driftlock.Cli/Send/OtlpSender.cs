using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Send;

/// <summary>
/// Posts OTLP requests and retries as OTLP 1.11 asks: only 429, 502, 503 and 504 (and a connection that fails), after the time the server
/// names, else after 1 s doubling to 30 s with jitter; gives up a request after <c>patience</c>.
/// </summary>
internal sealed class OtlpSender : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _endpoint;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;

    public OtlpSender(string endpoint, string? apiKey, TimeProvider time, TimeSpan patience)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new InputException($"--endpoint {endpoint} is no address; http://localhost:4318 is right");
        }
        _endpoint = uri;
        _time = time;
        _patience = patience;
        if (!string.IsNullOrEmpty(apiKey)) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>Items that the server said it did not take.</summary>
    public long Rejected { get; private set; }

    public long Retries { get; private set; }

    public string? FirstRejection { get; private set; }

    /// <exception cref="InputException">The server refused the request, or did not answer well within the patience.</exception>
    public async Task SendAsync(Signal signal, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellation)
    {
        var address = Address(signal);
        var start = _time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            string problem;
            TimeSpan? asked = null;
            try
            {
                using var content = new ReadOnlyMemoryContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
                using var response = await _client.PostAsync(address, content, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    await ReadPartialSuccessAsync(response, cancellation);
                    return;
                }
                problem = $"{(int)response.StatusCode} {response.ReasonPhrase}";
                if (!IsRetryable(response.StatusCode)) throw new InputException($"{address} refused the data: {problem} {await DetailAsync(response, cancellation)}");
                asked = RetryAfter(response);
            }
            catch (HttpRequestException failure)
            {
                problem = failure.Message;
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                problem = "no answer within 30 s";
            }
            var pause = asked ?? Pause(attempt);
            if (_time.GetElapsedTime(start) + pause > _patience)
            {
                throw new InputException($"{address} did not take the data within {_patience.TotalSeconds:0} s and {attempt + 1} attempts: {problem}");
            }
            Retries++;
            await Task.Delay(pause, _time, cancellation);
        }
    }

    public void Dispose() => _client.Dispose();

    private Uri Address(Signal signal)
    {
        var path = "/v1/" + signal switch { Signal.Logs => "logs", Signal.Metrics => "metrics", _ => "traces" };
        var text = _endpoint.ToString().TrimEnd('/');
        return new Uri(text.EndsWith(path, StringComparison.Ordinal) ? text : text + path);
    }

    private static bool IsRetryable(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var pause = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private static TimeSpan Pause(int attempt)
    {
        var longest = Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(attempt, 10)));
        return TimeSpan.FromSeconds(longest * (0.5 + Random.Shared.NextDouble() / 2));
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var printable = new string([.. text.Where(c => !char.IsControl(c) && c < 0x7f).Take(300)]);
        return printable;
    }

    /// <summary>partial_success = 1 {rejected = 1, error_message = 2}; the same names in JSON.</summary>
    private async Task ReadPartialSuccessAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (bytes.Length == 0) return;
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        try
        {
            if (isJson) ReadJson(bytes);
            else if (Telemetry.OtlpResponse.TryReadPartialSuccess(bytes, out var rejected, out var message)) Count(rejected, message);
        }
        catch (JsonException)
        {
            // Whatever else a server answers with 200, it has taken the data.
        }
    }

    private void ReadJson(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("partialSuccess", out var partial)) return;
        long rejected = 0;
        string? message = null;
        foreach (var property in partial.EnumerateObject())
        {
            if (property.Name == "errorMessage") message = property.Value.GetString();
            else if (property.Name.StartsWith("rejected", StringComparison.Ordinal)) _ = long.TryParse(property.Value.ToString(), CultureInfo.InvariantCulture, out rejected);
        }
        Count(rejected, message);
    }

    private void Count(long rejected, string? message)
    {
        Rejected += rejected;
        if (rejected > 0) FirstRejection ??= message;
    }
}
