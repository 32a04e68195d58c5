using System.Net;
using System.Text;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Alerts;

/// <param name="Error">Null: it was taken.</param>
/// <param name="IsGone">The receiver says that it will never take any again.</param>
/// <param name="RetryAfter">What the receiver asked for.</param>
internal sealed record AlertOutcome(string? Error, bool IsGone, TimeSpan? RetryAfter)
{
    public static readonly AlertOutcome Taken = new(null, false, null);
}

/// <summary>
/// Sends one alert to one channel. Follows no redirect, uses no proxy, keeps no cookie, and of the answer tells only its status: whoever may set an
/// address learns nothing about what lies behind it.
/// </summary>
public sealed class AlertSender : IDisposable
{
    private readonly HttpClient _client;
    private readonly KeyRingSource _keys;
    private readonly AlertOptions _options;
    private readonly IOptions<JsonOptions> _json;
    private readonly TimeProvider _time;

    public AlertSender(OutboundAddresses addresses, KeyRingSource keys, IOptions<AlertOptions> options, IOptions<JsonOptions> json, TimeProvider time)
    {
        (_keys, _options, _json, _time) = (keys, options.Value, json, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, MaxConnectionsPerServer = AlertLimits.AtOnce,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), MaxResponseHeadersLength = AlertLimits.AnswerBytes >> 10, ConnectTimeout = AlertLimits.Patience,
            ConnectCallback = (context, cancellationToken) => addresses.ConnectAsync(context.DnsEndPoint, cancellationToken),
        })
        { Timeout = AlertLimits.Patience };
    }

    /// <summary>What secrets of a channel are sealed for: in another channel's row they do not open.</summary>
    public static byte[] ContextOf(Guid channel) => Encoding.UTF8.GetBytes($"alert channel {channel}");

    public void Dispose() => _client.Dispose();

    /// <param name="channel">Where to.</param>
    /// <param name="delivery">The same for every attempt.</param>
    /// <param name="alert">What to say.</param>
    /// <param name="cancellationToken">The service stops; whether the alert was taken is not known then.</param>
    internal async Task<AlertOutcome> SendAsync(AlertChannel channel, Guid delivery, Alert alert, CancellationToken cancellationToken)
    {
        try
        {
            using var request = await MakeAsync(channel, delivery, alert, cancellationToken);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return AlertOutcome.Taken;
            return new AlertOutcome($"the receiver answered {(int)response.StatusCode}", response.StatusCode == HttpStatusCode.Gone, RetryAfterOf(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"no answer within {AlertLimits.Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            return Failed(e.InnerException is ForbiddenAddressException forbidden ? forbidden.Message : e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "the name of the host is not known",
                HttpRequestError.ConnectionError => "no connection to the host",
                HttpRequestError.SecureConnectionError => "no secure connection: the certificate is not valid for the host",
                _ => "the receiver's answer is no HTTP",
            });
        }

        static AlertOutcome Failed(string error) => new(error, false, null);
    }

    private async Task<HttpRequestMessage> MakeAsync(AlertChannel channel, Guid delivery, Alert alert, CancellationToken cancellationToken)
    {
        var ring = await _keys.GetAsync(cancellationToken);
        var target = Encoding.UTF8.GetString(ring.Open(channel.Target, ContextOf(channel.Id)));
        var json = _json.Value.SerializerOptions;
        return channel.Kind switch
        {
            AlertKind.Webhook => AlertMessage.Webhook(
                alert, delivery, new Uri(target), Encoding.UTF8.GetString(ring.Open(channel.Secret, ContextOf(channel.Id))), _time.GetUtcNow(), json),
            AlertKind.Slack => AlertMessage.Slack(alert, new Uri(target), json),
            _ => AlertMessage.PagerDuty(alert, _options.PagerDutyUrl, target, json),
        };
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        return header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
    }
}
