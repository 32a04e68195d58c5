using System.Diagnostics;

namespace Driftlock.Tests.Reliability;

/// <summary>Waits for conditions that nobody announces: asks often, and gives up with a sentence that says what did not come.</summary>
internal static class Until
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, TimeSpan patience, string what, CancellationToken cancellationToken) =>
        TrueAsync(() => Task.FromResult(condition()), patience, what, cancellationToken);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, string what, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience) throw new TimeoutException($"after {patience.TotalSeconds:0} s still not: {what}");
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
