using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Driftlock.Tests.Api;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.Limits;

/// <summary>Requests at once: an Api that takes one, held by a body that does not end.</summary>
[Collection(SharedApi.Name)]
public sealed class InProgressTests(ApiHost host)
{
    private const string Body = """{"service":"shop","message":"paid"}""";
    private const string Me = "api/v1/me";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_too_many_is_refused_at_once_in_the_way_of_its_route_and_the_place_is_given_back()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("RateLimits__InProgress", "1"));
        var tenant = await host.AddTenantAsync();
        using var slow = await HoldAsync(api, tenant);

        var refused = (await api.GetAsync(tenant.Read, Me)).IsProblem(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Response.Headers.RetryAfter!.Delta);
        foreach (var transport in (Transport[])[Transport.Json, Transport.Grpc])
        {
            var answer = await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", ["a line"]));
            Assert.True(transport == Transport.Grpc ? answer.Grpc == 14 : answer.Http == 503);
            Assert.NotNull(answer.RetryAfter);
        }
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(null, "health")).Status);
        await using (var live = await LiveReader.OpenAsync(api, tenant.Read)) await live.NextAsync("connected");

        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Body), Cancellation);
        using var answered = new StreamReader(slow.GetStream());
        Assert.StartsWith("HTTP/1.1 200", await answered.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        await Until.TrueAsync(async () => (await api.GetAsync(tenant.Read, Me)).Status == HttpStatusCode.OK, Patience, "the place was free again", Cancellation);
    }

    /// <summary>A sender in the one place, whose body has not begun. It may meet one of our own questions there first, and then it tries again.</summary>
    private static async Task<TcpClient> HoldAsync(ApiServer api, TestTenant tenant)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST /api/v1/events HTTP/1.1\r\nHost: driftlock\r\nAuthorization: Bearer {tenant.Ingest}\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n");
        while (true)
        {
            var slow = new TcpClient();
            await slow.ConnectAsync(api.Rest.Host, api.Rest.Port, Cancellation);
            await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
            await Until.TrueAsync(
                async () => slow.Available > 0 || (await api.GetAsync(tenant.Read, Me)).Status == HttpStatusCode.ServiceUnavailable, Patience, "the one place was taken", Cancellation);
            if (slow.Available == 0) return slow;
            slow.Dispose();
        }
    }
}
