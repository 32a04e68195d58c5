using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;

namespace Driftlock.Api.Exports;

/// <summary>One export at a time in each Api; a job that an Api left behind is gone on with when its lease ends.</summary>
public sealed partial class ExportWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<ExportWorker> logger) : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            bool found;
            do
            {
                await using var scope = scopes.CreateAsyncScope();
                found = await scope.ServiceProvider.GetRequiredService<ExportJob>().RunNextAsync(cancellationToken);
            }
            while (found);
        }
        catch (Exception e) when (DatabaseFailure.Is(e) || e is InvalidOperationException or Microsoft.EntityFrameworkCore.DbUpdateException)
        {
            Failed(e);
        }
    }

    [LoggerMessage(EventId = 460, Level = LogLevel.Warning, Message = "An export stopped; it goes on when its lease has ended")]
    private partial void Failed(Exception exception);
}
