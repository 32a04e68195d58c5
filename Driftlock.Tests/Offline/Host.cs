using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Driftlock.Tests.Offline;

/// <summary>What the tests of the orchestrator ask of a running application and of the machine.</summary>
internal static class Host
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Restarting, killing by pid and shell resources are promises of the stand-in, not of the real package.</summary>
    public static void SkipWithRealAspire() => Assert.SkipUnless(
        typeof(DistributedApplication).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(a => a.Key == "StandIn"),
        "built with the real Aspire packages");

    public static async Task<int> RunningPidAsync(DistributedApplication app, string resource, int except = 0)
    {
        using var patience = new CancellationTokenSource(Patience);
        var e = await app.ResourceNotifications.WaitForResourceAsync(resource, e => Pid(e) is > 0 and var pid && pid != except, patience.Token);
        return Pid(e);
    }

    public static async Task HealthyAsync(DistributedApplication app, string resource)
    {
        using var patience = new CancellationTokenSource(Patience);
        await app.ResourceNotifications.WaitForResourceHealthyAsync(resource, patience.Token);
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static int Pid(ResourceEvent e) =>
        e.Snapshot.State?.Text == "Running" && e.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is { } pid
            ? Convert.ToInt32(pid, CultureInfo.InvariantCulture) : 0;
}
