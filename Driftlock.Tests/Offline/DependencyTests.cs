using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Driftlock.Tests.Offline;

public sealed class DependencyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driftlock-order-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_resource_starts_after_the_job_it_waits_for_and_sees_the_environment_of_its_references()
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create("--Parameters:api-key=k-1");
        var key = builder.AddParameter("api-key", secret: true);
        var redis = builder.AddRedis("redis");
        var peer = builder.AddExecutable("peer", "sleep", "/", "1000").WithHttpEndpoint(name: "otlp", env: "PORT");
        var job = builder.AddExecutable("job", "sh", _folder, "-c", "sleep 0.3; date +%s%N > job");
        builder.AddExecutable("service", "sh", _folder, "-c", "date +%s%N > service; env > environment; echo \"$1\" > argument; exec sleep 1000", "sh")
            .WithArgs(peer.GetEndpoint("otlp"))
            .WithEnvironment("KEY", key)
            .WithReference(redis).WithReference(peer)
            .WaitFor(redis).WaitForCompletion(job);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await Host.HealthyAsync(app, "service");
        var argument = await ContentAsync("argument");
        var variables = (await File.ReadAllLinesAsync(Path.Combine(_folder, "environment"), TestContext.Current.CancellationToken))
            .Where(l => l.Contains('=', StringComparison.Ordinal)).Select(l => l.Split('=', 2)).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1]);
        var address = app.GetEndpoint("peer", "otlp").ToString().TrimEnd('/');

        Assert.True(long.Parse(await ContentAsync("job"), null) < long.Parse(await ContentAsync("service"), null));
        Assert.Equal(address, argument);
        Assert.Equal(address, variables["services__peer__otlp__0"]);
        Assert.Equal(address, variables["PEER_OTLP"]);
        Assert.Equal("k-1", variables["KEY"]);
        Assert.Equal(await app.GetConnectionStringAsync("redis", TestContext.Current.CancellationToken), variables["ConnectionStrings__redis"]);
        Assert.StartsWith("redis://:", variables["REDIS_URI"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_whose_job_fails_is_not_started()
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create();
        var job = builder.AddExecutable("job", "sh", _folder, "-c", "exit 3");
        builder.AddExecutable("service", "touch", _folder, "started").WaitForCompletion(job);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(Host.Patience);

        await app.ResourceNotifications.WaitForResourceAsync("service", KnownResourceStates.FailedToStart, patience.Token);

        Assert.False(File.Exists(Path.Combine(_folder, "started")));
        await Assert.ThrowsAsync<DistributedApplicationException>(() => app.ResourceNotifications.WaitForResourceHealthyAsync("service", patience.Token));
    }

    [Theory]
    [InlineData("--Offline:PostgresFolder=/nowhere", "apt-get install postgresql")]
    [InlineData("--Offline:RedisFolder=/nowhere", "apt-get install redis-server")]
    public async Task A_missing_binary_is_told_in_one_sentence_with_the_package_to_install(string setting, string expected)
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create(setting);
        builder.AddPostgres("postgres");
        builder.AddRedis("redis");
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);

        var told = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, told.Message, StringComparison.Ordinal);
    }

    /// <summary>Content of a file that a resource is about to write.</summary>
    private async Task<string> ContentAsync(string file)
    {
        using var patience = new CancellationTokenSource(Host.Patience);
        while (true)
        {
            var path = Path.Combine(_folder, file);
            var text = File.Exists(path) ? (await File.ReadAllTextAsync(path, patience.Token)).Trim() : "";
            if (text.Length > 0)
                return text;
            await Task.Delay(20, patience.Token);
        }
    }
}
