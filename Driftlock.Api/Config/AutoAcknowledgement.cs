using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;

namespace Driftlock.Api.Config;

/// <summary>Runs the policy of <see cref="AutoAcknowledgePolicy"/> now and then.</summary>
public sealed partial class AutoAcknowledgement(IServiceScopeFactory scopes, TimeProvider time, ILogger<AutoAcknowledgement> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<AutoAcknowledgePolicy>().RunAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFailure.Is(e) || e is InvalidOperationException)
        {
            Failed(e);
        }
    }

    [LoggerMessage(EventId = 430, Level = LogLevel.Warning, Message = "Acknowledging by policy failed; trying again in five minutes")]
    private partial void Failed(Exception exception);
}
