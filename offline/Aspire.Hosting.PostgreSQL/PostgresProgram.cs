using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Postgres;

/// <summary>The machine's own postgres: a cluster in a private folder, passwords by SCRAM, loopback only, fsync left on.</summary>
internal static class PostgresProgram
{
    public static LocalProgram Create(PostgresServerResource server, IConfiguration configuration) => new()
    {
        Account = "postgres",
        // "Fast" shutdown; orphaned, it is to stop at once and recover from the log at the next start.
        StopSignal = LocalProgram.Interrupt,
        OrphanSignal = LocalProgram.Quit,
        Missing = () => Binaries(configuration) is null ? "PostgreSQL is not installed: apt-get install postgresql (Debian, Ubuntu)." : null,
        Command = async (context, cancellationToken) =>
        {
            var account = LocalAccount.Resolve("postgres");
            var persistent = server.Annotations.OfType<PersistentDataAnnotation>().Any();
            var folder = await LocalAccount.FolderAsync(account, context.Folders, server.Name, persistent, context.Log, cancellationToken);
            var data = Path.Combine(folder, "pgdata");
            await InitializeAsync(server, account, folder, data, Binaries(configuration)!, context.Folders.Isolated, cancellationToken);
            var port = server.PrimaryEndpoint.Port.ToString(CultureInfo.InvariantCulture);
            string[] arguments =
            [
                "-D", data, "-p", port, "-c", "listen_addresses=localhost", "-c", "unix_socket_directories=", "-c", "max_connections=200",
                "-c", "logging_collector=off", "-c", "log_destination=stderr"
            ];
            return new LocalCommand(Path.Combine(Binaries(configuration)!, "postgres"), arguments, folder);
        }
    };

    /// <summary>A cluster counts as made only once it is complete: it is made beside its place and moved there.</summary>
    private static async Task InitializeAsync(
        PostgresServerResource server, string? account, string folder, string data, string binaries, bool fleeting, CancellationToken cancellationToken)
    {
        const string script = """
            umask 077
            [ -s "$2/PG_VERSION" ] && exit 0
            rm -rf "$2" "$2.new" && cat > "$1/password" &&
            "$3/initdb" -D "$2.new" -U "$4" --auth=scram-sha-256 --pwfile="$1/password" --encoding=UTF8 --locale=C.UTF-8 $5 >&2
            code=$?
            rm -f "$1/password"
            [ $code = 0 ] && mv "$2.new" "$2"
            """;
        var user = await server.UserNameReference.GetValueAsync(cancellationToken);
        var password = await server.PasswordParameter.GetValueAsync(cancellationToken);
        await LocalAccount.RunAsync(account, script, [folder, data, binaries, user!, fleeting ? "--no-sync" : ""], password, cancellationToken);
    }

    /// <summary>Where configuration says, or else the newest version of Debian's layout, or where the PATH says.</summary>
    private static string? Binaries(IConfiguration configuration)
    {
        if (configuration["Offline:PostgresFolder"] is { } chosen)
            return File.Exists(Path.Combine(chosen, "postgres")) ? chosen : null;
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var v) ? v : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(f => File.Exists(Path.Combine(f, "postgres")) && File.Exists(Path.Combine(f, "initdb")));
    }
}
