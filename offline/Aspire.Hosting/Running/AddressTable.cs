using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>Prints where everything is, once everything is up or has ended.</summary>
internal sealed class AddressTable : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _printing;

    public AddressTable(Orchestrator host) => _printing = Task.Run(() => PrintAsync(host, _stopping.Token));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _printing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private static async Task PrintAsync(Orchestrator host, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().AppendLine().AppendLine("  resource      state       endpoint     address");
        foreach (var instance in host.Instances.Where(i => !host.Dependencies.IsJob(i.Resource)))
        {
            var e = await host.Notifications.WaitForResourceAsync(instance.Id, Settled, cancellationToken);
            var state = e.Snapshot.HealthStatus == HealthStatus.Healthy ? "Healthy" : e.Snapshot.State?.Text;
            if (e.Snapshot.Urls.IsEmpty)
                text.AppendLine(CultureInfo.InvariantCulture, $"  {instance.Resource.Name,-13} {state,-11}");
            foreach (var url in e.Snapshot.Urls)
                text.AppendLine(CultureInfo.InvariantCulture, $"  {instance.Resource.Name,-13} {state,-11} {url.Name,-12} {url.Url}");
        }
        host.Log.Announce(text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  logs: {host.Folders.Logs}   stop: Ctrl+C").ToString());
    }

    private static bool Settled(ResourceEvent e) => e.Snapshot.HealthStatus == HealthStatus.Healthy
        || KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? "");

}
