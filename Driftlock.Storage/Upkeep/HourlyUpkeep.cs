using Driftlock.Storage.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Driftlock.Storage.Upkeep;

/// <summary>Runs <see cref="PartitionUpkeep"/> at the start and every hour; after a failure sooner.</summary>
public sealed partial class HourlyUpkeep(PartitionUpkeep upkeep, TimeProvider time, ILogger<HourlyUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await RunAsync(stoppingToken) ? Interval : AfterFailure;
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await upkeep.RunAsync(cancellationToken);
            if (report.Made.Count > 0 || report.Dropped.Count > 0) Changed(report.Made, report.Dropped);
            if (report.Moved > 0) Strayed(report.Moved);
            if (report.Held.Count > 0) Held(report.Held);
            if (Math.Abs(report.DaysApart) > 1) ClocksDiffer(report.DaysApart);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            Failed(e);
            return false;
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Partitions made: {Made}; dropped: {Dropped}")]
    private partial void Changed(IReadOnlyList<string> made, IReadOnlyList<string> dropped);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "{Rows} rows had no partition and were given one; is a clock wrong, or was upkeep away for days?")]
    private partial void Strayed(long rows);

    [LoggerMessage(EventId = 112, Level = LogLevel.Warning, Message = "{Partitions} is past retention and stays, because a detector has no snapshot beyond it yet")]
    private partial void Held(IReadOnlyList<string> partitions);

    [LoggerMessage(EventId = 114, Level = LogLevel.Warning, Message = "The database's clock is {Days} days ahead of this process's (negative: behind); what is past retention by one of them alone stays")]
    private partial void ClocksDiffer(int days);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "Making and dropping partitions failed; trying again in a minute")]
    private partial void Failed(Exception exception);
}
