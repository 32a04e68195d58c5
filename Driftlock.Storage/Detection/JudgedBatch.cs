using Driftlock.Cbad;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;

namespace Driftlock.Storage.Detection;

/// <summary>What judging a run of log entries gave: committed whole, together with the new offset, or not at all.</summary>
/// <param name="Lease">Under which it was judged; <see cref="Lease.CommittedOffset"/> is where the run starts.</param>
/// <param name="UpTo">Offset of the last entry of the run.</param>
/// <param name="Verdicts">Of every window that closed in the run.</param>
/// <param name="Calibration">Events still missing, of the streams that the run touched.</param>
/// <param name="Snapshot">Engine state as of <paramref name="UpTo"/>, when one is due.</param>
public sealed record JudgedBatch(
    Lease Lease, long UpTo, IReadOnlyList<JudgedWindow> Verdicts, IReadOnlyDictionary<StreamId, long> Calibration, Snapshot? Snapshot)
{
    /// <summary>Baselines that were pinned or given up in the run.</summary>
    public IReadOnlyList<AnchorChange> Anchors { get; init; } = [];
}

/// <param name="Verdict">As the engine gave it.</param>
/// <param name="ReceivedUnixNano">When the entry that closed the window was received.</param>
public readonly record struct JudgedWindow(Verdict Verdict, long ReceivedUnixNano);

/// <summary>Engine state as of an offset. Streams that did not change since an older snapshot keep their older rows.</summary>
/// <param name="Engine">Version of the engine; another version rebuilds from the log.</param>
/// <param name="Budgets">Everything that is not per stream.</param>
/// <param name="Streams">State of each stream that changed.</param>
public sealed record Snapshot(string Engine, byte[] Budgets, IReadOnlyDictionary<StreamId, byte[]> Streams)
{
    /// <summary>Offset up to which the state has seen the log; set when it is read back.</summary>
    public long Offset { get; init; }
}

/// <summary>Another replica has taken the partition over: nothing was committed, and this replica must let go of it.</summary>
public sealed class LeaseLostException(int partition) : Exception($"the lease on partition {partition} has passed to another detector");
