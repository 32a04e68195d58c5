using Driftlock.Detector;
using Driftlock.Detector.Leases;
using Driftlock.Detector.Partitions;
using Driftlock.Storage;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Detection;
using Microsoft.Extensions.Options;
using Npgsql;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
var limits = ConnectionLimits.Of(builder.Configuration, "driftlock-detector", poolSize: 20);
builder.AddNpgsqlDataSource("driftlock", settings => settings.ConnectionString = limits.Apply(settings.ConnectionString));
// Losing Redis loses nothing, so it must not take the service out of rotation either.
builder.AddRedisClient("redis", settings => settings.DisableHealthChecks = true);

var services = builder.Services;
services.AddOptions<DetectorOptions>().BindConfiguration(DetectorOptions.Section)
    .Validate(options => options.Lease >= TimeSpan.FromSeconds(1) && options.Lease <= PartitionLeases.Longest, "Detector:Lease must be 1 second to 5 minutes")
    .Validate(options => options.BatchEntries > 0, "Detector:BatchEntries must be at least 1")
    .Validate(options => options.BatchBytes > 0, "Detector:BatchBytes must be at least 1")
    .Validate(options => options.Poll > TimeSpan.Zero, "Detector:Poll must be longer than 0")
    .Validate(options => options.SnapshotEntries > 0, "Detector:SnapshotEntries must be at least 1")
    .Validate(options => options.SnapshotInterval > TimeSpan.Zero, "Detector:SnapshotInterval must be longer than 0")
    .Validate(options => options.ParallelPartitions > 0, "Detector:ParallelPartitions must be at least 1")
    .ValidateOnStart();
services.AddEventLog();
services.AddMasterKeys();
services.AddVerdictStore();
services.AddPerformanceFigures();
services.AddSingleton(provider => new PartitionLeases(
    provider.GetRequiredService<NpgsqlDataSource>(),
    $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}",
    provider.GetRequiredService<IOptions<DetectorOptions>>().Value.Lease));
services.AddSingleton<PartitionWakes>().AddSingleton<AnomalyNews>().AddSingleton<DetectorMetrics>();
services.AddSingleton<PartitionJudgeFactory>();
services.AddHostedService<LogListener>();
services.AddHostedService<LeaseKeeper>();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMetrics();
await app.RunAsync();

/// <summary>Named for tests that host the service.</summary>
public partial class Program;
