using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Redis;

/// <summary>The machine's own redis-server, loopback only. It reads its settings from a pipe, so the password is in no file and no argument.</summary>
internal static class RedisProgram
{
    public static LocalProgram Create(RedisResource server, IConfiguration configuration) => new()
    {
        Account = "redis",
        OrphanSignal = LocalProgram.Terminate,
        Missing = () => Binary(configuration) is null ? "Redis is not installed: apt-get install redis-server (Debian, Ubuntu)." : null,
        Command = async (context, cancellationToken) =>
        {
            var persistent = server.Annotations.OfType<PersistentDataAnnotation>().Any();
            var folder = await LocalAccount.FolderAsync(
                LocalAccount.Resolve("redis"), context.Folders, server.Name, persistent, context.Log, cancellationToken);
            var save = persistent ? string.Create(CultureInfo.InvariantCulture, $"{server.SaveInterval.TotalSeconds:0} {server.SaveAfterChanges}") : "\"\"";
            var password = server.PasswordParameter is { } parameter ? await parameter.GetValueAsync(cancellationToken) : null;
            var settings = string.Create(CultureInfo.InvariantCulture, $"""
                bind 127.0.0.1 -::1
                port {server.PrimaryEndpoint.Port}
                dir "{folder}"
                save {save}
                daemonize no
                {(password is null ? "" : $"requirepass \"{password}\"")}

                """);
            return new LocalCommand(Binary(configuration)!, ["-"], folder, settings);
        }
    };

    /// <summary>Where configuration says, or else where the PATH does.</summary>
    private static string? Binary(IConfiguration configuration) => configuration["Offline:RedisFolder"] is { } folder
        ? new[] { Path.Combine(folder, "redis-server") }.FirstOrDefault(File.Exists)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/bin").Select(f => Path.Combine(f, "redis-server")).FirstOrDefault(File.Exists);
}
