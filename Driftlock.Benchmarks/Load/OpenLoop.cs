using System.Diagnostics;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// Sends at the times of a schedule and does not wait for answers: a server that falls behind meets the same requests as one that keeps
/// up, and what waits here meanwhile counts as its latency. Beyond <see cref="MostInFlight"/> unanswered requests it waits with the next
/// ones; those that cannot be sent before the schedule's end are not sent, and the tally shows it.
/// </summary>
internal static class OpenLoop
{
    public const int MostInFlight = 4_096;

    public static async Task RunAsync(ArrivalSchedule schedule, RequestMix mix, LoadSender sender, LoadTally tally, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(MostInFlight, MostInFlight);
        // A thread of its own: on the pool, which the answers need too, it would come late.
        await Task.Factory.StartNew(Send, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < MostInFlight; i++) await places.WaitAsync(cancellationToken);

        void Send()
        {
            var begin = Stopwatch.GetTimestamp();
            for (long i = 0; i < schedule.Requests; i++)
            {
                var due = schedule.TimeOf(i);
                for (var early = due - Stopwatch.GetElapsedTime(begin); early > TimeSpan.Zero; early = due - Stopwatch.GetElapsedTime(begin))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Thread.Sleep(early < TimeSpan.FromMilliseconds(1) ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
                }
                var left = schedule.Duration - Stopwatch.GetElapsedTime(begin);
                if (left < TimeSpan.Zero || !places.Wait(left, cancellationToken)) return;
                tally.Begin();
                _ = OneAsync(mix[i], begin + (long)(due.TotalSeconds * Stopwatch.Frequency), places);
            }
        }

        async Task OneAsync(LoadRequest request, long due, SemaphoreSlim place)
        {
            try
            {
                var answer = await sender.SendAsync(request, cancellationToken);
                tally.End(request, answer, Stopwatch.GetElapsedTime(due));
            }
            catch (OperationCanceledException)
            {
                // The run is given up, and its figures with it.
            }
            finally
            {
                place.Release();
            }
        }
    }
}
