using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Detection;

namespace Driftlock.Detector.Partitions;

/// <summary>Says when engine state is to be saved, and takes it. Only when changes nothing that is detected.</summary>
internal sealed class SnapshotSchedule(DetectorOptions options, TimeProvider time)
{
    // What recovery replayed is not saved yet.
    private int _entries = 1;
    private long _last = time.GetTimestamp();

    /// <summary>The state after the entries that were just fed, if any; null while none is due. Call MarkSaved once it is committed.</summary>
    public Snapshot? TakeIfDue(PartitionEngine engine, int entries)
    {
        _entries += entries;
        if (_entries == 0 || (_entries < options.SnapshotEntries && time.GetElapsedTime(_last) < options.SnapshotInterval)) return null;
        _entries = 0;
        _last = time.GetTimestamp();
        var buffer = new ByteBuffer();
        var streams = new Dictionary<StreamId, byte[]>();
        foreach (var stream in engine.ChangedStreams)
        {
            buffer.Clear();
            engine.SaveStream(stream, buffer);
            streams[stream] = buffer.Written.ToArray();
        }
        buffer.Clear();
        engine.SaveBudgets(buffer);
        return new Snapshot(PartitionEngine.Version, buffer.Written.ToArray(), streams);
    }
}
