using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Driftlock.Tests.Backup;

/// <summary>pg_dump and pg_restore, as docs/BACKUP.md has an operator type them.</summary>
internal static class PostgresTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task DumpAsync(string connectionString, string file) =>
        RunAsync("pg_dump", connectionString, "--format=custom", $"--file={file}");

    public static Task RestoreAsync(string connectionString, string file) =>
        RunAsync("pg_restore", connectionString, "--exit-on-error", "--no-owner", "--jobs=2", file);

    private static async Task RunAsync(string program, string connectionString, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        string[] where = [$"--host={target.Host}", string.Create(CultureInfo.InvariantCulture, $"--port={target.Port}"), $"--username={target.Username}", $"--dbname={target.Database}"];
        var start = new ProcessStartInfo(program, [.. where, "--no-password", .. arguments]) { RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = target.Password;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{program}: {error}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
