using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The evidence of all past points of one series, as histograms of ln(1 + evidence) over consecutive stretches of equal length, and the
/// conformal p-value of a new point among them. Six stretches; when all are full, neighbours merge, so the newest third of a past of
/// any length is always at hand. Everything is learned: leaving odd points out was measured to break the level.
/// </summary>
internal sealed class EvidenceHistory
{
    public const int Bytes = (Stretches * Bins * sizeof(int)) + Delay + 32;

    private const int Stretches = 6;
    private const int Bins = 64;
    private const int FirstLength = 48;

    /// <summary>A point is past once the judged one shares no mean with it: what breaks out is not compared with its own beginning.</summary>
    private const int Delay = RecentValues.Length;

    /// <summary>Bins of 1/10: evidence within a tenth of (1 + evidence) counts as equal, which keeps slow drift of a regular series harmless.</summary>
    private const double BinsPerUnit = 10;
    private const double NaturalPerPower = 2.3025850929940457;
    private const double NarrowestTail = 0.1;

    /// <summary>The tail is fitted to the largest two-hundredth, or to ten points while those are fewer, though never to more than a twentieth.</summary>
    private const double TailShare = 1.0 / 200;
    private const double LargestTailShare = 1.0 / 20;
    private const double TailPoints = 10;

    private readonly int[] _counts = new int[Stretches * Bins];
    private readonly byte[] _waiting = new byte[Delay];
    private State _state = new() { Length = FirstLength };

    /// <summary>
    /// P(a point of this series has at least this evidence): its rank, among the largest on an exponential tail; the larger of
    /// the values from the whole past and from its newest third, for series whose nature drifts.
    /// </summary>
    /// <param name="evidence">Of the point.</param>
    /// <param name="narrowestTail">Least mean excess of the tail, in ln(1 + evidence).</param>
    public double PValue(double evidence, double narrowestTail = NarrowestTail)
    {
        var level = Level(evidence);
        Span<int> sums = stackalloc int[Bins];
        sums.Clear();
        var rows = 0L;
        var stretch = (int)_state.Newest;
        for (; stretch >= 0 && (rows * 3 < _state.Rows || rows == 0); stretch--) rows += AddStretch(stretch, sums);
        var recent = PValue(level, sums, rows, narrowestTail);
        for (; stretch >= 0; stretch--) rows += AddStretch(stretch, sums);
        return Math.Max(recent, PValue(level, sums, rows, narrowestTail));
    }

    /// <summary>Past points that a new one is ranked among.</summary>
    public long Points => _state.Rows;

    /// <summary>Past points, those with at least this evidence, and the mean evidence of all, to the width of a bin.</summary>
    public (long Count, long AtLeast, double Mean) Among(double evidence)
    {
        var (count, atLeast, sum) = (0L, 0L, 0.0);
        var own = Bin(Level(evidence));
        for (var bin = 0; bin < Bins; bin++)
        {
            var points = InBin(bin);
            count += points;
            sum += points * LowestOf(bin);
            if (bin >= own) atLeast += points;
        }
        return (count, atLeast, count == 0 ? 0 : sum / count);
    }

    /// <summary>The largest past evidence, descending, each as the lower end of its bin.</summary>
    public IReadOnlyList<double> Largest(int most)
    {
        var largest = new List<double>(most);
        for (var bin = Bins - 1; bin >= 0; bin--)
            for (var left = InBin(bin); left > 0 && largest.Count < most; left--) largest.Add(LowestOf(bin));
        return largest;
    }

    /// <summary>Learns the evidence of a point, from which the points after the next 48 are told apart.</summary>
    public void Add(double evidence)
    {
        ref var place = ref _waiting[(int)(_state.Added++ % Delay)];
        var bin = place;
        place = (byte)Bin(Level(evidence));
        if (_state.Added <= Delay) return;
        if (_state.InNewest == _state.Length) NextStretch();
        _counts[((int)_state.Newest * Bins) + bin]++;
        _state.InNewest++;
        _state.Rows++;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<int>(target, _counts);
        StateBytes.Write<byte>(target, _waiting);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        if (_state.Rows < 0 || _state.Added < 0 || _state.InNewest < 0 || _state.Length < FirstLength || _state.InNewest > _state.Length)
            throw new InvalidDataException("an evidence history with counts below 0");
        if (_state.Newest is < 0 or >= Stretches) throw new InvalidDataException($"stretch {_state.Newest} of an evidence history of {Stretches}");
        StateBytes.Read<int>(ref source, _counts);
        StateBytes.Read<byte>(ref source, _waiting);
    }

    private static double Level(double evidence) => PowersOfTen.Log(1 + evidence) * NaturalPerPower;

    private static int Bin(double level) => Math.Min((int)(level * BinsPerUnit), Bins - 1);

    /// <summary>The evidence at which a bin begins: e^(bin / 10) - 1.</summary>
    private static double LowestOf(int bin) => ExactMath.Exp(bin / BinsPerUnit) - 1;

    private long InBin(int bin)
    {
        var sum = 0L;
        for (var stretch = 0; stretch < Stretches; stretch++) sum += _counts[(stretch * Bins) + bin];
        return sum;
    }

    private static double PValue(double level, ReadOnlySpan<int> counts, long rows, double narrowestTail)
    {
        var atLeast = 0L;
        var bin = Bin(level);
        for (var i = Bins - 1; i >= bin; i--) atLeast += counts[i];
        var rank = (atLeast + 1.0) / (rows + 1.0);
        var most = Math.Max(rows * TailShare, Math.Min(TailPoints, rows * LargestTailShare));
        if (atLeast > most) return rank;
        // The tail begins at the lowest bin that still has no more than that above it.
        var above = 0L;
        var excess = 0.0;
        var start = Bins - 1;
        for (; start > 0 && above + counts[start] <= most; start--)
        {
            excess += above + (0.5 * counts[start]);
            above += counts[start];
        }
        var edge = (start + 1) / BinsPerUnit;
        if (level <= edge) return rank;
        var width = above == 0 ? narrowestTail : Math.Max(excess / above / BinsPerUnit, narrowestTail);
        return (above + 1.0) / (rows + 1.0) * ExactMath.Exp(-Math.Min((level - edge) / width, 600));
    }

    /// <summary>Adds the counts of a stretch; the length of the stretch.</summary>
    private int AddStretch(int stretch, Span<int> sums)
    {
        ref var from = ref _counts[stretch * Bins];
        ref var to = ref MemoryMarshal.GetReference(sums);
        for (nuint bin = 0; bin < Bins; bin += 8)
            (Vector256.LoadUnsafe(ref to, bin) + Vector256.LoadUnsafe(ref from, bin)).StoreUnsafe(ref to, bin);
        return stretch == _state.Newest ? _state.InNewest : _state.Length;
    }

    private void NextStretch()
    {
        _state.InNewest = 0;
        if (++_state.Newest < Stretches) return;
        for (var half = 0; half < Stretches / 2; half++)
        {
            for (var bin = 0; bin < Bins; bin++)
                _counts[(half * Bins) + bin] = _counts[(2 * half * Bins) + bin] + _counts[(((2 * half) + 1) * Bins) + bin];
        }
        Array.Clear(_counts, Stretches / 2 * Bins, Stretches / 2 * Bins);
        _state.Newest = Stretches / 2;
        _state.Length *= 2;
    }

    private struct State
    {
        public long Rows;
        public long Added;
        public int Length;
        public int InNewest;
        public long Newest;
    }
}
