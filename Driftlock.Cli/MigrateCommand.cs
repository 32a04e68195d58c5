using System.CommandLine;
using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.Connections;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Upkeep;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Cli;

/// <summary>Brings a database to this version: schema, partitions, first key. Run before the services, at every deployment.</summary>
internal static class MigrateCommand
{
    private const string ConnectionVariable = "ConnectionStrings__driftlock";
    private const string MasterKeyVariable = "Driftlock__MasterKey";
    private const string KeyVariable = "Driftlock__BootstrapApiKey";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var connection = new Option<string?>("--connection")
        {
            Description = $"Npgsql connection string; default: the environment variable {ConnectionVariable}",
        };
        var partitions = new Option<int>("--partitions")
        {
            Description = "Partitions of the event log, 1 to 1024; only the first migration of a database uses it",
            DefaultValueFactory = _ => new EventLogOptions().Partitions,
        };
        var fdr = new Option<double>("--fdr")
        {
            Description = "Bound on the share of false alarms, between 0 and 1; only the first migration of a database uses it",
            DefaultValueFactory = _ => new EngineConfiguration().FalseDiscoveryRate,
        };
        var zone = new Option<string>("--time-zone")
        {
            Description = "IANA name of the local time whose hours and weekdays metrics follow, such as Europe/Berlin; only the first migration of a database uses it",
            DefaultValueFactory = _ => new EngineConfiguration().TimeZone,
        };
        var command = new Command("migrate", $"Applies the database migrations. {KeyVariable}, when set, becomes an admin API key. {MasterKeyVariable} seals and hashes what is secret; without it the database keeps a key of its own.")
        {
            connection, partitions, fdr, zone,
        };
        command.SetAction((parsed, cancellationToken) => GuardedAsync.RunAsync(() => RunAsync(
            parsed.GetValue(connection), parsed.GetValue(partitions), parsed.GetValue(fdr), parsed.GetValue(zone)!, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(string? connection, int partitions, double fdr, string zone, CancellationToken cancellationToken)
    {
        connection ??= Environment.GetEnvironmentVariable(ConnectionVariable);
        if (string.IsNullOrWhiteSpace(connection)) throw new InputException($"give --connection or set {ConnectionVariable}");
        if (partitions is < 1 or > 1024) throw new InputException($"--partitions must be 1 to 1024; it is {partitions}");
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        try
        {
            // Points of the year before are judged as well, where a sender was cut off or history is replayed.
            var configuration = new EngineConfiguration { FalseDiscoveryRate = fdr }.WithTimeZone(zone, TimeProvider.System.GetUtcNow().AddYears(-1));
            configuration.Validate();
            await using var dataSource = NpgsqlDataSource.Create(ConnectionLimits.ForMigrations(connection));
            await WaitForServerAsync(dataSource, cancellationToken);
            await using var database = new DriftlockContext(
                new DbContextOptionsBuilder<DriftlockContext>().UseNpgsql(dataSource, npgsql => npgsql.EnableRetryOnFailure()).Options);
            var masterKey = new MasterKeyOptions { MasterKey = Environment.GetEnvironmentVariable(MasterKeyVariable) };
            using var keys = new KeyRingSource(dataSource, Options.Create(masterKey), NullLogger<KeyRingSource>.Instance);
            await new DatabaseSetup(database, new PartitionUpkeep(dataSource, PartitionedTables.Of(new RetentionOptions()), TimeProvider.System), keys, TimeProvider.System).RunAsync(
                partitions, string.IsNullOrEmpty(key) ? null : key, configuration, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NpgsqlException)
        {
            throw new InputException(e.Message);
        }
        Console.Error.WriteLine("driftlock: the database is up to date");
        return ExitCodes.Done;
    }

    /// <summary>In a deployment the server and this job start together.</summary>
    private static async Task WaitForServerAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(deadline.Token);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient && !deadline.IsCancellationRequested)
            {
                await Task.Delay(Pause, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
