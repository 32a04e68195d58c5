using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>The larger of the evidence for too high and too low.</summary>
internal sealed class TwoSidedTail
{
    public const int Bytes = 2 * ParetoTail.Bytes;

    private readonly ParetoTail _high = new();
    private readonly ParetoTail _low = new();

    public double Observe(double value) => Math.Max(_high.Observe(value), _low.Observe(-value));

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        _high.Clear();
        _low.Clear();
    }

    public void Save(ByteBuffer target)
    {
        _high.Save(target);
        _low.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _high.Load(ref source);
        _low.Load(ref source);
    }
}
