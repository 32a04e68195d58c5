using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Alerts;

/// <summary>The words of an alert in each kind's own form. What telemetry says in it is hostile text, and is written so that it stays text.</summary>
internal static class AlertMessage
{
    /// <summary>Of Standard Webhooks: secrets begin with it.</summary>
    public const string SecretPrefix = "whsec_";

    private const int LongestLine = 500;

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <param name="alert">What to say.</param>
    /// <param name="delivery">The same for every attempt: who gets it twice can tell.</param>
    /// <param name="address">Where to.</param>
    /// <param name="secret">As it was shown.</param>
    /// <param name="now">Signed, so that a receiver can refuse what is old.</param>
    /// <param name="json">Form of the body.</param>
    public static HttpRequestMessage Webhook(Alert alert, Guid delivery, Uri address, string secret, DateTimeOffset now, JsonSerializerOptions json)
    {
        var request = Post(address, alert, json, out var body);
        var id = $"msg_{delivery:N}";
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        // Standard Webhooks: HMAC-SHA-256 over id.timestamp.body under the decoded secret.
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), content);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
        return request;
    }

    /// <summary>Slack's incoming webhooks; in their text &lt;, &gt; and &amp; have a meaning and are escaped.</summary>
    public static HttpRequestMessage Slack(Alert alert, Uri address, JsonSerializerOptions json)
    {
        var text = new StringBuilder(SlackText(Title(alert)));
        if (alert.Anomaly is { } anomaly)
        {
            text.Append('\n').Append(SlackText(anomaly.Why));
            // Three backticks cannot end within: they are taken out of the line.
            if (anomaly.CostliestLine.Length > 0) text.Append("\n```").Append(SlackText(anomaly.CostliestLine).Replace("`", "'", StringComparison.Ordinal)).Append("```");
        }
        if (alert.Link is not null) text.Append(CultureInfo.InvariantCulture, $"\n<{alert.Link}|Open in Driftlock>");
        return Post(address, new { text = text.ToString() }, json, out _);
    }

    /// <summary>Events API v2; the same incident under one key, so that PagerDuty does not open it twice.</summary>
    public static HttpRequestMessage PagerDuty(Alert alert, Uri address, string routingKey, JsonSerializerOptions json) => Post(
        address,
        new Dictionary<string, object?>
        {
            ["routing_key"] = routingKey,
            ["event_action"] = "trigger",
            ["dedup_key"] = $"driftlock-{alert.Subject}",
            ["payload"] = new Dictionary<string, object?>
            {
                ["summary"] = Cut(alert.Anomaly is { } anomaly ? $"{Title(alert)}: {anomaly.Why}" : Title(alert)),
                ["source"] = alert.Anomaly?.Service ?? "driftlock",
                ["severity"] = alert.Anomaly?.Severity switch { Severity.Critical => "critical", Severity.High => "error", Severity.Medium => "warning", _ => "info" },
                ["timestamp"] = alert.Timestamp,
                ["custom_details"] = alert.Anomaly,
            },
            ["links"] = alert.Link is null ? null : new[] { new Dictionary<string, string> { ["href"] = alert.Link, ["text"] = "Open in Driftlock" } },
        },
        json, out _);

    private static string Title(Alert alert) => alert.Anomaly is { } anomaly
        ? $"{anomaly.Severity}: {anomaly.Service} / {anomaly.Stream}" : "Driftlock: this is a test, and alerts arrive here";

    private static HttpRequestMessage Post(Uri address, object content, JsonSerializerOptions json, out byte[] body)
    {
        body = JsonSerializer.SerializeToUtf8Bytes(content, json);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.ParseAdd("Driftlock");
        return request;
    }

    private static string SlackText(string text) => Cut(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text) => text.Length <= LongestLine ? text : TextStart.Of(text, LongestLine) + "…";
}
