using Driftlock.Detector.Partitions;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Detection;
using Microsoft.Extensions.Options;

namespace Driftlock.Detector.Leases;

/// <summary>Renews this replica's leases, and starts and stops a judge for each partition as it comes and goes.</summary>
public sealed partial class LeaseKeeper(
    PartitionLeases leases, PartitionJudgeFactory judges, IOptions<DetectorOptions> options, DetectorMetrics metrics, TimeProvider time,
    ILogger<LeaseKeeper> logger) : BackgroundService
{
    private readonly Dictionary<int, RunningJudge> _running = [];

    private sealed record RunningJudge(Lease Lease, CancellationTokenSource Stop, Task Task);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = options.Value.Lease;
        var lastRenewal = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await EndFinishedAsync();
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                timeout.CancelAfter(lease);
                var held = await leases.RenewAsync([.. _running.Values.Select(judge => judge.Lease)], timeout.Token);
                lastRenewal = time.GetTimestamp();
                await MatchAsync(held);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // On to the leases: they are given back below.
            }
            catch (Exception e) when (e is OperationCanceledException || DatabaseFailure.Is(e))
            {
                RenewalFailed(e.Message);
                // Others may take over now; the epoch would refuse our commits, so judging on is only waste.
                if (time.GetElapsedTime(lastRenewal) > lease) await MatchAsync([]);
            }
            await Task.Delay(lease / 3, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await LeaveAsync();
    }

    private async Task MatchAsync(IReadOnlyList<Lease> held)
    {
        var wanted = held.ToDictionary(lease => lease.Partition);
        foreach (var (partition, judge) in _running.ToList())
        {
            if (!wanted.TryGetValue(partition, out var lease) || lease.Epoch != judge.Lease.Epoch) await EndAsync(partition);
        }
        foreach (var lease in held)
        {
            if (_running.ContainsKey(lease.Partition)) continue;
            var stop = new CancellationTokenSource();
            _running[lease.Partition] = new RunningJudge(lease, stop, Task.Run(() => judges.Create(lease).RunAsync(stop.Token)));
            metrics.Held(1);
        }
    }

    /// <summary>A judge ends by itself when it lost its lease or failed; its partition is claimed anew, and rebuilt from the store.</summary>
    private async Task EndFinishedAsync()
    {
        foreach (var (partition, judge) in _running.ToList())
        {
            if (judge.Task.IsCompleted) await EndAsync(partition);
        }
    }

    private async Task EndAsync(int partition)
    {
        var judge = _running[partition];
        await judge.Stop.CancelAsync();
        try
        {
            await judge.Task;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        catch (LeaseLostException e)
        {
            LeaseLost(e.Message);
        }
        catch (Exception e)
        {
            JudgeFailed(partition, e);
            await ReleaseAsync(judge.Lease);
        }
        judge.Stop.Dispose();
        _running.Remove(partition);
        metrics.Held(-1);
        metrics.Forgot(partition);
    }

    /// <summary>A failed judge's lease is given back, so that it is claimed under a new epoch, here or elsewhere.</summary>
    private async Task ReleaseAsync(Lease lease)
    {
        try
        {
            using var timeout = new CancellationTokenSource(options.Value.Lease, time);
            await leases.ReleaseAsync([lease], timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || DatabaseFailure.Is(e))
        {
            RenewalFailed(e.Message);
        }
    }

    /// <summary>Judges stop (saving their state), then the leases are given back at once.</summary>
    private async Task LeaveAsync()
    {
        foreach (var judge in _running.Values) await judge.Stop.CancelAsync();
        var held = _running.Values.Select(judge => judge.Lease).ToList();
        foreach (var partition in _running.Keys.ToList()) await EndAsync(partition);
        try
        {
            using var timeout = new CancellationTokenSource(options.Value.Lease, time);
            await leases.LeaveAsync(held, timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || DatabaseFailure.Is(e))
        {
            RenewalFailed(e.Message);
        }
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "Renewing leases failed: {Reason}")]
    private partial void RenewalFailed(string reason);

    [LoggerMessage(EventId = 421, Level = LogLevel.Information, Message = "{Reason}")]
    private partial void LeaseLost(string reason);

    [LoggerMessage(EventId = 422, Level = LogLevel.Error, Message = "Judging partition {Partition} failed; it is rebuilt from the store")]
    private partial void JudgeFailed(int partition, Exception exception);
}
