using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Storage.Connections;

/// <summary>
/// Writes a service's limits into its connection string. They are the connection's own and not the role's or the database's, so that
/// migrations and pg_dump, which may take hours, are not met by them.
/// </summary>
public sealed class ConnectionLimits
{
    private const int MostConnections = 500;

    /// <summary>The server's limit is to come first: its error says that the statement was too slow, where the driver's looks like a broken line and would be tried again.</summary>
    private static readonly TimeSpan DriverPatience = TimeSpan.FromSeconds(5);

    private readonly string _service;
    private readonly ConnectionOptions _options;

    private ConnectionLimits(string service, ConnectionOptions options) => (_service, _options) = (service, options);

    /// <param name="configuration">With the section <see cref="ConnectionOptions.Section"/>.</param>
    /// <param name="service">Shown in pg_stat_activity.</param>
    /// <param name="poolSize">Where the configuration names none.</param>
    /// <exception cref="OptionsValidationException">Names every key that is wrong.</exception>
    public static ConnectionLimits Of(IConfiguration configuration, string service, int poolSize)
    {
        var options = new ConnectionOptions { PoolSize = poolSize };
        configuration.GetSection(ConnectionOptions.Section).Bind(options);
        List<string> wrong = [];
        if (options.PoolSize is < 1 or > MostConnections) wrong.Add($"Database:PoolSize must be 1 to {MostConnections}");
        Check(options.StatementTimeout, nameof(options.StatementTimeout));
        Check(options.IdleTransactionTimeout, nameof(options.IdleTransactionTimeout));
        Check(options.ConnectTimeout, nameof(options.ConnectTimeout));
        Check(options.KeepAlive, nameof(options.KeepAlive));
        return wrong.Count == 0 ? new ConnectionLimits(service, options) : throw new OptionsValidationException(ConnectionOptions.Section, typeof(ConnectionOptions), wrong);

        void Check(TimeSpan value, string key)
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromMinutes(15)) wrong.Add($"Database:{key} must be 1 second to 15 minutes");
        }
    }

    /// <summary>The string with these limits. Server settings in its own Options come later and win.</summary>
    public string? Apply(string? connectionString)
    {
        // Missing: whoever opens the connection says so, and names the key.
        if (string.IsNullOrWhiteSpace(connectionString)) return connectionString;
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = _options.PoolSize,
            Timeout = Seconds(_options.ConnectTimeout),
            CommandTimeout = Seconds(_options.StatementTimeout + DriverPatience),
            KeepAlive = Seconds(_options.KeepAlive),
            // What a connection is asked to remember is set for one transaction only, so there is nothing to reset: six statements less a use.
            NoResetOnClose = true,
        };
        builder.ApplicationName ??= _service;
        builder.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"-c statement_timeout={_options.StatementTimeout.TotalMilliseconds:0} -c idle_in_transaction_session_timeout={_options.IdleTransactionTimeout.TotalMilliseconds:0} {builder.Options}").TrimEnd();
        return builder.ConnectionString;
    }

    /// <summary>For migrations: no statement is too long, whatever the role or the database has set.</summary>
    public static string ForMigrations(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.ApplicationName ??= "driftlock-migrate";
        builder.Options = $"{builder.Options} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0".TrimStart();
        return builder.ConnectionString;
    }

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
