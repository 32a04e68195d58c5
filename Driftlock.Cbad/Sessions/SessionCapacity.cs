namespace Driftlock.Cbad.Sessions;

/// <summary>How much a model of sessions may remember. What is forgotten at each bound is said where it is forgotten.</summary>
/// <param name="Templates">Templates; a power of two.</param>
/// <param name="SequenceSlots">Of the table of what follows what; a power of two.</param>
/// <param name="CountSlots">Of the table of how often; a power of two.</param>
/// <param name="Vectors">Distinct sets of counts.</param>
/// <param name="VectorEntries">Entries of all sets of counts.</param>
/// <param name="Events">Of one session: a longer one is judged, and learned, by its first events.</param>
internal sealed record SessionCapacity(int Templates, int SequenceSlots, int CountSlots, int Vectors, int VectorEntries, int Events)
{
    /// <summary>For a past that is given whole: at most <see cref="SessionModel.MaxBytes"/>.</summary>
    public static SessionCapacity Whole { get; } = new(2048, 1 << 15, 1 << 14, 1024, 1 << 14, 1 << 13);

    /// <summary>For a stream of the engine, which has a model of its lines beside it: at most 120 KB.</summary>
    public static SessionCapacity Live { get; } = new(256, 1 << 12, 1 << 11, 256, 1 << 11, 1 << 9);
}
