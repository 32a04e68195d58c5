using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Redis;

/// <summary>AUTH and PING over a bare socket (RESP).</summary>
internal static class RedisPing
{
    public static async Task<HealthCheckResult> CheckAsync(RedisResource server, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", server.PrimaryEndpoint.Port, patience.Token);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            if (server.PasswordParameter is { } password)
                await SendAsync(stream, ["AUTH", await password.GetValueAsync(patience.Token) ?? ""], reader, patience.Token);
            var answer = await SendAsync(stream, ["PING"], reader, patience.Token);
            return answer == "+PONG" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(answer);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    private static async Task<string?> SendAsync(NetworkStream stream, string[] words, StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
        return await reader.ReadLineAsync(cancellationToken);
    }
}
