namespace Driftlock.Api.Hosting;

/// <summary>Does something again and again, first after one interval, until the stop.</summary>
/// <param name="interval">Between two beginnings; one that takes longer delays the next.</param>
/// <param name="time">What the interval is measured by.</param>
public abstract class PeriodicService(TimeSpan interval, TimeProvider time) : BackgroundService
{
    protected TimeProvider Time => time;

    /// <summary>Deals with what may fail and pass: an exception ends the service.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
