namespace Driftlock.Cbad;

/// <summary>One entry of the event log. Offsets grow by entry, not by event.</summary>
public readonly record struct LogPosition(int Partition, long Offset);
