using System.Numerics;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Durations of one operation as an adaptive histogram on a logarithmic scale, eight bins an octave from 256 ns to about two hours.
/// Each duration also counts for its neighbours (a triangle three bins wide to each side), and one observation's weight is given to a
/// two-sided geometric distribution about the median, which is all there is beyond what was seen: its half-life is half the spread
/// between the quartiles, 2 to 8 bins. Counts are halved every 4,096 durations, so that the model follows a drift.
/// </summary>
internal sealed class DurationModel
{
    public const int Bins = 35 * PerOctave;

    private const int PerOctave = 8;
    private const int FirstOctave = 8;
    private const int Reach = 3;
    private const int Weight = 16;
    private const long Most = 8192L * Weight;
    private const double Ln2 = 0.69314718055994531;

    private readonly int[] _counts = new int[Bins];
    private long _total;
    private int _low = Bins;
    private int _high = -1;

    public const int Bytes = (Bins * sizeof(int)) + 32;

    /// <summary>Durations that the histogram stands for; falls when it is halved.</summary>
    public long Count => _total / Weight;

    public static int BinOf(ulong nanoseconds)
    {
        if (nanoseconds < 1UL << FirstOctave) return 0;
        var octave = 63 - BitOperations.LeadingZeroCount(nanoseconds);
        return Math.Min(Bins - 1, ((octave - FirstOctave) * PerOctave) + (int)((nanoseconds >> (octave - 3)) & 7));
    }

    /// <summary>The shortest duration of a bin, nanoseconds.</summary>
    public static ulong Nanoseconds(int bin) => (8UL + (ulong)(bin % PerOctave)) << ((bin / PerOctave) + FirstOctave - 3);

    /// <summary>Code lengths in units of 1/65,536 bit: of the bin, and of "at least this long", which only slow ones pay.</summary>
    public (int Code, int Slowness) Score(int bin)
    {
        // Nothing is known: every octave is as likely as any other, and half of all durations are longer.
        if (_total == 0) return (FixedLog.CodeLength(1.0 / Bins), FixedLog.One);
        var (lower, median, upper) = (BinAt(0.25), BinAt(0.5), BinAt(0.75));
        var halfLife = Math.Min(8.0, Math.Max(2.0, (upper - lower) / 2.0));
        var step = ExactMath.Exp(-Ln2 / halfLife);
        var distance = Math.Abs(bin - median);
        var power = ExactMath.Exp(-Ln2 * distance / halfLife);
        var prior = (1 - step) / (1 + step) * power;
        var longer = bin > median ? power / (1 + step) : 1 - (power * step / (1 + step));
        long above = 0;
        for (var b = Math.Max(bin, _low); b <= _high; b++) above += _counts[b];
        double all = _total + Weight;
        return (FixedLog.CodeLength((_counts[bin] + (Weight * prior)) / all), FixedLog.CodeLength(Math.Min(1, (above + (Weight * longer)) / all)));
    }

    public void Learn(int bin)
    {
        for (var offset = -Reach; offset <= Reach; offset++)
            _counts[Math.Min(Bins - 1, Math.Max(0, bin + offset))] += Reach + 1 - Math.Abs(offset);
        _low = Math.Min(_low, Math.Max(0, bin - Reach));
        _high = Math.Max(_high, Math.Min(Bins - 1, bin + Reach));
        _total += Weight;
        if (_total >= Most) Halve();
    }

    /// <summary>The bin below which the given share of the past durations lies; 0 while nothing is known.</summary>
    public int BinAt(double share)
    {
        var wanted = share * _total;
        long sum = 0;
        for (var bin = _low; bin <= _high; bin++)
        {
            sum += _counts[bin];
            if (sum > wanted) return bin;
        }
        return Math.Max(0, _high);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_low);
        target.WriteVarint((ulong)(_high + 1));
        for (var bin = _low; bin <= _high; bin++) target.WriteVarint((ulong)_counts[bin]);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var (low, end) = (Varint.Read(ref source), Varint.Read(ref source));
        if (low > Bins || end > Bins) throw new InvalidDataException($"a histogram of durations from bin {low} to before {end}; {Bins} bins here");
        (_low, _high) = ((int)low, (int)end - 1);
        Array.Clear(_counts);
        _total = 0;
        for (var bin = _low; bin <= _high; bin++) _total += _counts[bin] = (int)Varint.Read(ref source);
    }

    private void Halve()
    {
        var (low, high) = (_low, _high);
        (_low, _high, _total) = (Bins, -1, 0);
        for (var bin = low; bin <= high; bin++)
        {
            _counts[bin] /= 2;
            if (_counts[bin] == 0) continue;
            _low = Math.Min(_low, bin);
            _high = bin;
            _total += _counts[bin];
        }
    }
}
