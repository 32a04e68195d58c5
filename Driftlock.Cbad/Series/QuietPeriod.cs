using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// One alarm an episode: after something was flagged, only twice the evidence is news for a while, which grows with the age of what is judged.
/// Ages and places are counted in points or rows.
/// </summary>
internal struct QuietPeriod
{
    public const int Shortest = 20;

    private const int Longest = 200;
    private const double ShareOfAge = 0.02;

    private State _state = new() { End = long.MinValue / 2 };

    public QuietPeriod()
    {
    }

    /// <summary>True when what begins at <paramref name="at"/> says nothing new.</summary>
    public readonly bool Covers(long at, long age, double evidence) =>
        at - _state.End <= (double.IsFinite(_state.Evidence) ? Math.Clamp((long)(ShareOfAge * age), Shortest, Longest) : Shortest) && evidence <= 2 * _state.Evidence;

    /// <summary>Notes what was flagged, covered or not.</summary>
    /// <param name="at">Where it began.</param>
    /// <param name="end">Where it ended.</param>
    /// <param name="evidence">Of it.</param>
    public void Flag(long at, long end, double evidence)
    {
        _state.Evidence = at - _state.End <= Longest && double.IsFinite(_state.Evidence) ? Math.Max(_state.Evidence, evidence) : evidence;
        _state.End = end;
    }

    /// <summary>Notes that the same was flagged elsewhere: whatever follows at once is no news.</summary>
    public void FlagElsewhere(long at)
    {
        if (at - _state.End > Shortest) _state.Evidence = double.PositiveInfinity;
        _state.End = at;
    }

    public readonly void Save(ByteBuffer target) => StateBytes.Write(target, in _state);

    public void Load(scoped ref ReadOnlySpan<byte> source) => StateBytes.Read(ref source, ref _state);

    private struct State
    {
        public double Evidence;
        public long End;
    }
}
