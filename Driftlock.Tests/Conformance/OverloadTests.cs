using System.Net;
using System.Text.Json;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "Throttling": when the log cannot take more, senders are told to come back, in the words that their retry understands.</summary>
public sealed class OverloadTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_means_503_with_Retry_After_or_UNAVAILABLE_with_RetryInfo()
    {
        await using var database = await ApiDatabase.CreateAsync(postgres);
        await using var api = await ApiServer.StartAsync(database.ConnectionString, ("EventLog__QueueBytes", "1"));
        var tenant = await database.AddTenantAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            foreach (var signal in Enum.GetValues<Signal>())
            {
                (await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal), signal)).AsksToComeBack(transport);
            }
        }
        using var client = api.Client(tenant.Ingest);
        using var events = await client.PostAsync(
            new Uri("api/v1/events", UriKind.Relative), new StringContent("""{"service":"shop","message":"paid"}""", Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);
        Assert.True(events.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(0, await database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task While_the_database_is_away_senders_are_told_to_retry_and_afterwards_the_retry_succeeds()
    {
        await using var server = await StartedAsync();
        await using var database = await ApiDatabase.CreateAsync(server.Postgres);
        await using var api = await ApiServer.StartAsync(database.ConnectionString, ("EventLog__AppendTimeout", "00:00:03"));
        var tenant = await database.AddTenantAsync();
        await server.Postgres.StopAsync("KILL");

        foreach (var transport in Enum.GetValues<Transport>())
        {
            (await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", [$"{transport}"]))).AsksToComeBack(transport);
        }
        using var client = api.Client(tenant.Admin);
        using (var list = await client.GetAsync(new Uri("api/v1/anomalies", UriKind.Relative), Cancellation))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, list.StatusCode);
            using var problem = JsonDocument.Parse(await list.Content.ReadAsStringAsync(Cancellation));
            Assert.Equal("unavailable", problem.RootElement.GetProperty("code").GetString());
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("alive", UriKind.Relative), Cancellation)).StatusCode);

        await server.Postgres.StartAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            // Connections of the pool that died with the server may cost a request each.
            OtlpAnswer answer;
            do answer = await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", [$"{transport}"]));
            while (!answer.IsSuccess && answer.Grpc == Ways.Unavailable);
            Assert.True(answer.IsSuccess, answer.ToString());
        }
        Assert.Equal(3, await RetriedAsync(() => database.EventsInLogAsync(tenant)));
    }

    /// <summary>Our own pool has connections that died with the server, too.</summary>
    private static async Task<long> RetriedAsync(Func<Task<long>> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read();
            }
            catch (Npgsql.NpgsqlException) when (attempt < 10)
            {
            }
        }
    }

    private static async Task<OwnPostgres> StartedAsync()
    {
        var own = new OwnPostgres();
        await own.Postgres.InitializeAsync();
        return own;
    }

    /// <summary>A server that may be killed: nobody else uses it.</summary>
    private sealed class OwnPostgres : IAsyncDisposable
    {
        public PostgresServer Postgres { get; } = new();

        public ValueTask DisposeAsync() => Postgres.DisposeAsync();
    }
}
