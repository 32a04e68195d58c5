using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Alerts;

/// <summary>Looks into the outbox every second. Each Api does; a delivery that one of them left behind is tried again when its claim ends.</summary>
public sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AlertWorker> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Guid> claimed;
        do
        {
            claimed = [];
            await TryAsync(async dispatch => claimed = await dispatch.ClaimAsync(cancellationToken));
            await Task.WhenAll(claimed.Select(id => TryAsync(dispatch => dispatch.SendAsync(id, cancellationToken))));
        }
        while (claimed.Count > 0);
    }

    private async Task TryAsync(Func<AlertDispatch, Task> work)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<AlertDispatch>());
        }
        catch (Exception e) when (DatabaseFailure.Is(e) || e is InvalidOperationException or DbUpdateException or System.Security.Cryptography.CryptographicException)
        {
            Failed(e);
        }
    }

    [LoggerMessage(EventId = 470, Level = LogLevel.Warning, Message = "Sending an alert failed; trying again")]
    private partial void Failed(Exception exception);
}
