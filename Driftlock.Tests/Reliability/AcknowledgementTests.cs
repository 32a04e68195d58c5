using System.Globalization;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Reliability;

/// <summary>What an acknowledgement is worth when the Api, a process of its own, dies at a chosen moment.</summary>
[Collection(StoreServer.Name)]
public sealed class AcknowledgementTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_acknowledged_is_in_the_log_though_the_api_is_killed_right_after(bool overGrpc)
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var (http, grpc) = (FreePort.Take(), FreePort.Take());
        var logs = new NumberedLogs(1, 800, services: 6);
        await using var api = await ServiceProcess.ApiAsync(store.ConnectionString, http, grpc);
        using var client = new OtlpClient(Local(overGrpc ? grpc : http), overGrpc, LoggedStore.ApiKey);
        await AcknowledgedAsync(client, logs.Request(0));
        await AcknowledgedAsync(client, logs.Request(1));
        await api.SignalAsync("KILL");
        var log = await store.ReplayAsync();
        Assert.Equal(2 * NumberedLogs.RecordsARequest, log.Numbers.Count);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_the_commit_and_a_retry_after_a_crash_is_appended_once()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var (http, grpc) = (FreePort.Take(), FreePort.Take());
        var logs = new NumberedLogs(2, 800, services: 6);
        using var client = new OtlpClient(Local(http), grpc: false, LoggedStore.ApiKey);
        await using (var api = await ServiceProcess.ApiAsync(store.ConnectionString, http, grpc))
        {
            await AcknowledgedAsync(client, logs.Request(0));
            await using var locks = await store.Store.DataSource.OpenConnectionAsync(Cancellation);
            await using var transaction = await locks.BeginTransactionAsync(Cancellation);
            await using var command = locks.CreateCommand();
            command.CommandText = "SELECT id FROM log_partitions FOR UPDATE";
            await command.ExecuteNonQueryAsync(Cancellation);
            var answer = client.SendAsync(logs.Request(1), Cancellation);
            await using var activity = store.Store.DataSource.CreateCommand(
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
            await Until.TrueAsync(async () => (bool)(await activity.ExecuteScalarAsync(Cancellation))!, Patience, "the append waits", Cancellation);
            Assert.False(answer.IsCompleted);
            await api.SignalAsync("KILL");
            Assert.Equal(Answer.TryAgain, await answer);
        }
        await using (await ServiceProcess.ApiAsync(store.ConnectionString, http, grpc))
        {
            await AcknowledgedAsync(client, logs.Request(1));
            await AcknowledgedAsync(client, logs.Request(1));
        }
        var log = await store.ReplayAsync();
        Assert.Equal(2 * NumberedLogs.RecordsARequest, log.Numbers.Count);
        Assert.DoesNotContain(log.Numbers, number => number.Value != 1);
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private static Task AcknowledgedAsync(OtlpClient client, byte[] request) => Until.TrueAsync(
        async () => await client.SendAsync(request, Cancellation) == Answer.Acknowledged, Patience, "the Api acknowledges", Cancellation);
}
