using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Drift;

/// <summary>A pinned baseline of one number of a stream that came about, or was given up.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Channel">What the number is.</param>
/// <param name="Pinned">The baseline from here on; null: none, another is being collected.</param>
/// <param name="ByHand">Somebody asked for it; otherwise it settled, or its drift was told.</param>
public sealed record AnchorChange(StreamId Stream, int Tenant, string Channel, PinnedAnchor? Pinned, bool ByHand);

/// <param name="BlockEvents">Values of a block.</param>
/// <param name="FirstTime">Of the first value, nanoseconds since 1970.</param>
/// <param name="LastTime">Of the last value.</param>
/// <param name="Means">Of the blocks, in the order in which they came.</param>
public sealed record PinnedAnchor(long BlockEvents, ulong FirstTime, ulong LastTime, IReadOnlyList<double> Means);
