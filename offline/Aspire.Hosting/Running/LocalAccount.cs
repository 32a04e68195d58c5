using System.Diagnostics;
using Aspire.Hosting.Building;

namespace Aspire.Hosting.Running;

/// <summary>Servers refuse to run as root, rightly: root starts them as an unprivileged account of the machine.</summary>
internal static class LocalAccount
{
    /// <summary>The account to switch to, or null where the AppHost is not run by root.</summary>
    public static string? Resolve(string? preferred)
    {
        if (preferred is null || !Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
            return null;
        var known = File.ReadLines("/etc/passwd").Select(line => line.Split(':', 2)[0]);
        return known.Contains(preferred) ? preferred : "nobody";
    }

    /// <summary>The words before a command that make another account run it, in the same process.</summary>
    public static IReadOnlyList<string> Prefix(string? account) =>
        account is null ? [] : ["setpriv", $"--reuid={account}", $"--regid={Group(account)}", "--init-groups", "--"];

    /// <summary>Runs a shell script as the account; throws with its output when it fails.</summary>
    public static async Task RunAsync(string? account, string script, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        string[] command = [.. Prefix(account), "sh", "-c", script, "sh", .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The script had no need of its input and is done; its exit code tells.
        }
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new DistributedApplicationException($"'{script}' failed with {process.ExitCode}: {error.Trim()}");
    }

    /// <summary>
    /// A folder that only the account can read. Where the account cannot reach the wanted one (a checkout in root's home), one
    /// elsewhere that belongs to the same checkout.
    /// </summary>
    public static async Task<string> FolderAsync(
        string? account, HostFolders folders, string name, bool persistent, Action<string> log, CancellationToken cancellationToken)
    {
        var wanted = folders.Data(name, persistent);
        Directory.CreateDirectory(Path.GetDirectoryName(wanted)!);
        var folder = wanted;
        if (account is not null && !await ReachesAsync(account, Path.GetDirectoryName(wanted)!, cancellationToken))
        {
            folder = Path.Combine(folders.Elsewhere, Path.GetFileName(wanted));
            Directory.CreateDirectory(folders.Elsewhere);
            log($"{account} cannot reach {wanted}; using {folder}");
        }
        if (account is null)
            await RunAsync(null, "umask 077; mkdir -p \"$1\"; chmod 700 \"$1\"", [folder], null, cancellationToken);
        else
            await RunAsync(null, "mkdir -p \"$1\" && chmod 700 \"$1\" && chown -R \"$2\" \"$1\"", [folder, $"{account}:{Group(account)}"], null, cancellationToken);
        return folder;
    }

    private static async Task<bool> ReachesAsync(string account, string folder, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(account, "test -x \"$1\"", [folder], null, cancellationToken);
            return true;
        }
        catch (DistributedApplicationException)
        {
            return false;
        }
    }

    private static string Group(string account) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == account)[3];
}
