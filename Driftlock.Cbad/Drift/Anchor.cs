using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Drift;

/// <summary>
/// The pinned baseline of one number: the means of <see cref="Blocks"/> consecutive blocks of values, frozen once their order says nothing any more.
/// While a block's mean resembles that of its neighbour (a course of the day, a trend, a memory of any kind), blocks are joined in pairs
/// and collected on, so what repeats itself comes to lie within a block; what never settles is never pinned, and not judged.
/// </summary>
/// <param name="firstBlockEvents">Values of a block to begin with.</param>
internal sealed class Anchor(long firstBlockEvents = Anchor.ShortestBlock)
{
    public const int Blocks = 32;

    public const int Bytes = (Blocks * sizeof(double)) + 64;

    public const int ShortestBlock = 32;

    /// <summary>Fewest blocks that somebody may pin by hand.</summary>
    public const int LeastByHand = 16;

    /// <summary>Correlation of neighbours up to which order says nothing: 32 means that do not depend on each other give -.03, give or take .17.</summary>
    private const double MostCorrelation = 0.1;

    private readonly double[] _means = new double[Blocks];
    private State _state = new() { BlockEvents = firstBlockEvents };

    /// <summary>Values of a block.</summary>
    public long BlockEvents => _state.BlockEvents;

    public bool IsPinned => _state.Pinned != 0;

    /// <summary>Null until pinned.</summary>
    public PinnedAnchor? Pinned => IsPinned ? new PinnedAnchor(BlockEvents, FirstTime, LastTime, Means.ToArray()) : null;

    /// <summary>Of the first pinned value, nanoseconds since 1970.</summary>
    public ulong FirstTime => _state.FirstTime;

    /// <summary>Of the last pinned value.</summary>
    public ulong LastTime => _state.LastTime;

    /// <summary>Means of the blocks, in the order in which they came; all of them once pinned.</summary>
    public ReadOnlySpan<double> Means => _means.AsSpan(0, (int)_state.Count);

    /// <summary>Takes the mean of the next <see cref="BlockEvents"/> values, until pinned.</summary>
    public void Add(ulong firstTime, ulong lastTime, double mean)
    {
        if (_state.Count == 0) _state.FirstTime = firstTime;
        _state.LastTime = lastTime;
        _means[_state.Count++] = mean;
        if (_state.Count < Blocks) return;
        if (Correlation(_means) <= MostCorrelation) _state.Pinned = 1;
        else Join();
    }

    /// <summary>Pins the blocks there are, though their order may still say something, where they are enough to rank among.</summary>
    public bool TryPin()
    {
        if (IsPinned || _state.Count < LeastByHand) return false;
        _state.Pinned = 1;
        return true;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<double>(target, Means);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        if (_state.Count is < 0 or > Blocks) throw new InvalidDataException($"an anchor of {_state.Count} blocks; at most {Blocks}");
        StateBytes.Read(ref source, _means.AsSpan(0, (int)_state.Count));
    }

    /// <summary>Of each mean with the next; 0 where all are equal, NaN where one is not finite.</summary>
    private static double Correlation(ReadOnlySpan<double> means)
    {
        var mean = 0.0;
        foreach (var value in means) mean += value / means.Length;
        var (squares, products) = (0.0, 0.0);
        for (var i = 0; i < means.Length; i++)
        {
            squares += (means[i] - mean) * (means[i] - mean);
            if (i > 0) products += (means[i] - mean) * (means[i - 1] - mean);
        }
        return squares == 0 ? 0 : products / squares;
    }

    private void Join()
    {
        for (var i = 0; i < Blocks / 2; i++) _means[i] = (0.5 * _means[2 * i]) + (0.5 * _means[(2 * i) + 1]);
        _state.Count = Blocks / 2;
        _state.BlockEvents *= 2;
    }

    private struct State
    {
        public long BlockEvents;
        public long Count;
        public ulong FirstTime;
        public ulong LastTime;
        public long Pinned;
    }
}
