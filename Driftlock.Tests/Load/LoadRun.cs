using System.Globalization;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Load;

/// <summary>
/// The load runner on a whole deployment of its own: Postgres with every commit on the disk, Redis, the Api and a Detector with their defaults.
/// <c>DRIFTLOCK_LOAD</c> holds the arguments ("sustained --seconds 60"; "all" unless set). It takes minutes and proves nothing, so it runs
/// only when asked for, built for Release: -explicit only -class Driftlock.Tests.Load.LoadRun. docs/LOAD.md has the commands.
/// </summary>
public sealed class LoadRun
{
    private const int Partitions = 16;

    /// <summary>Each caller may send 2,000 requests a second: several, as a deployment has.</summary>
    private const int Keys = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    [Fact(Explicit = true)]
    public async Task The_runner_measures_a_deployment()
    {
        await using var postgres = new PostgresServer { IsDurable = true };
        await using var redis = new RedisServer();
        await Task.WhenAll(postgres.InitializeAsync().AsTask(), redis.InitializeAsync().AsTask());
        await using var database = await ApiDatabase.CreateAsync(postgres, Partitions);
        var keys = new List<string>();
        while (keys.Count < Keys) keys.Add(await database.AddOperatorAsync());
        await using var api = await ApiServer.StartAsync(database.ConnectionString, ("ConnectionStrings__redis", redis.ConnectionString));
        var health = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        await using var detector = await ServiceProcess.StartAsync("Driftlock.Detector",
        [
            ("ConnectionStrings__driftlock", database.ConnectionString), ("ConnectionStrings__redis", redis.ConnectionString), ("ASPNETCORE_URLS", health.ToString()),
        ]);
        Assert.True(await detector.BecomesHealthyAsync(new Uri(health, "health")), detector.Log);
        string[] arguments =
        [
            .. (Environment.GetEnvironmentVariable("DRIFTLOCK_LOAD") ?? "all").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            "--api", api.Rest.ToString(), "--otlp", api.OtlpHttp.ToString(), "--otlp-grpc", api.OtlpGrpc.ToString(), "--postgres", database.ConnectionString,
            .. keys.SelectMany(key => new[] { "--api-key", key }),
            "--watch", Watch("api", api.ProcessId), "--watch", Watch("detector", detector.ProcessId), "--watch", Watch("postgres", postgres.ProcessId),
        ];
        var result = await LoadRunner.RunAsync(arguments, Patience, Console.WriteLine);
        Assert.True(result.ExitCode == 0, result.Error);
        // Hit rates of the caches, and what each stage took, as the service measured itself.
        Console.WriteLine((await api.GetAsync(keys[0], "api/v1/admin/performance")).Body);
    }

    private static string Watch(string name, int process) => string.Create(CultureInfo.InvariantCulture, $"{name}={process}");
}
