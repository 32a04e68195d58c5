using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Performance;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Streams;
using Driftlock.Storage.Upkeep;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Storage;

/// <summary>Registers what is here. The caller registers the NpgsqlDataSource and the DriftlockContext.</summary>
public static class StorageServices
{
    public static IServiceCollection AddEventLog(this IServiceCollection services)
    {
        services.AddOptions<EventLogOptions>().BindConfiguration(EventLogOptions.Section)
            .Validate(options => options.QueueRequests > 0, "EventLog:QueueRequests must be at least 1")
            .Validate(options => options.QueueBytes > 0, "EventLog:QueueBytes must be at least 1")
            .Validate(options => options.BatchRequests > 0, "EventLog:BatchRequests must be at least 1")
            .Validate(options => options.BatchBytes > 0, "EventLog:BatchBytes must be at least 1")
            .Validate(options => options.AppendTimeout > TimeSpan.Zero, "EventLog:AppendTimeout must be longer than 0")
            .Validate(options => options.Partitions is >= 1 and <= 1024, "EventLog:Partitions must be 1 to 1024")
            .Validate(options => options.RepeatWindow > TimeSpan.Zero, "EventLog:RepeatWindow must be longer than 0")
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<PostgresEventLog>();
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<PostgresEventLog>());
        services.AddHostedService(provider => provider.GetRequiredService<PostgresEventLog>());
        return services;
    }

    public static IServiceCollection AddStreamRegistry(this IServiceCollection services, int streamsPerTenant) =>
        services.AddSingleton(provider => new StreamRegistry(
            provider.GetRequiredService<NpgsqlDataSource>(), streamsPerTenant, provider.GetRequiredService<TimeProvider>()));

    /// <summary>The master keys, from the section Driftlock.</summary>
    public static IServiceCollection AddMasterKeys(this IServiceCollection services)
    {
        services.AddOptions<MasterKeyOptions>().BindConfiguration(MasterKeyOptions.Section)
            .Validate(options => options.MasterKey is not { Length: > 0 and < MasterKeyOptions.Shortest }, $"Driftlock:MasterKey must have at least {MasterKeyOptions.Shortest} characters")
            .Validate(options => options.PreviousMasterKeys.All(key => key.Length >= MasterKeyOptions.Shortest), $"Driftlock:PreviousMasterKeys must have at least {MasterKeyOptions.Shortest} characters each")
            .Validate(options => options.PreviousMasterKeys.Count <= MasterKeyOptions.MostPrevious, $"Driftlock:PreviousMasterKeys may be at most {MasterKeyOptions.MostPrevious}")
            .ValidateOnStart();
        return services.AddSingleton<KeyRingSource>();
    }

    /// <summary>Makes and drops partitions, every hour.</summary>
    public static IServiceCollection AddPartitionUpkeep(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section)
            .Validate(options => options.LogDays is >= 1 and <= RetentionOptions.MostDays, $"Retention:LogDays must be 1 to {RetentionOptions.MostDays}")
            .Validate(options => options.AnomalyDays is >= 1 and <= RetentionOptions.MostDays, $"Retention:AnomalyDays must be 1 to {RetentionOptions.MostDays}")
            .Validate(options => options.MinuteDays is >= 1 and <= RetentionOptions.MostDays, $"Retention:MinuteDays must be 1 to {RetentionOptions.MostDays}")
            .ValidateOnStart();
        services.AddSingleton(provider => new PartitionUpkeep(
            provider.GetRequiredService<NpgsqlDataSource>(), PartitionedTables.Of(provider.GetRequiredService<IOptions<RetentionOptions>>().Value),
            provider.GetRequiredService<TimeProvider>()));
        return services.AddHostedService<HourlyUpkeep>();
    }

    public static IServiceCollection AddVerdictStore(this IServiceCollection services) =>
        services.AddSingleton<VerdictStore>().AddSingleton<SnapshotStore>();

    /// <summary>Stages are timed, and this process's own figures written to the store.</summary>
    public static IServiceCollection AddPerformanceFigures(this IServiceCollection services) => services
        .AddSingleton<StageTimes>().AddSingleton<PerformanceRecorder>().AddHostedService(provider => provider.GetRequiredService<PerformanceRecorder>());
}
