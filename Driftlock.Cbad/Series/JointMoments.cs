using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Running means and covariances of the metrics of a resource and of their means over the three rows before: all that a joint model is fitted on,
/// in a size that does not grow with the past. Over more than <see cref="MostRows"/> rows old ones fade.
/// </summary>
internal sealed class JointMoments(int metrics)
{
    public const int LagRows = 3;

    private const double MostRows = 1 << 14;
    private const double Largest = 1e100;

    /// <summary>Once so many rows are known, what lies further out than so many deviations counts as that: a fault must not become the measure.</summary>
    private const int KnownRows = 256;

    private const double MostDeviations = 8;

    /// <summary>Of the range: what never moves has no unit of its own.</summary>
    private const double SmallestDeviation = 1e-3;

    private readonly double[] _mean = new double[2 * metrics];

    // Row-major, at and below the diagonal.
    private readonly double[] _covariance = new double[2 * metrics * 2 * metrics];
    private readonly double[] _low = Filled(metrics, double.PositiveInfinity);
    private readonly double[] _high = Filled(metrics, double.NegativeInfinity);
    private readonly double[] _lag = new double[LagRows * metrics];
    private readonly double[] _seen = new double[metrics];
    private readonly double[] _difference = new double[2 * metrics];

    public int Metrics => metrics;

    public long Rows { get; private set; }

    public int Bytes => (_covariance.Length + (10 * metrics)) * sizeof(double);

    public double Mean(int metric) => _mean[metric];

    /// <summary>Standard deviation of a metric, no less than a thousandth of its range.</summary>
    public double Deviation(int metric)
    {
        if (_low[metric] > _high[metric]) return 1;
        var range = _high[metric] > _low[metric] ? _high[metric] - _low[metric] : Math.Max(Math.Abs(_mean[metric]), 1);
        return Math.Max(Math.Sqrt(_covariance[metric * ((2 * metrics) + 1)]), SmallestDeviation * range);
    }

    /// <summary>Of the metrics and, after them, of their means before, in deviations of the metrics: symmetric, row-major.</summary>
    public double[] Standardised()
    {
        var size = 2 * metrics;
        var standardised = new double[size * size];
        var deviations = new double[size];
        for (var p = 0; p < size; p++) deviations[p] = Deviation(p % metrics);
        for (var p = 0; p < size; p++)
            for (var q = 0; q <= p; q++)
                standardised[(q * size) + p] = standardised[(p * size) + q] = _covariance[(p * size) + q] / deviations[p] / deviations[q];
        return standardised;
    }

    /// <summary>Learns the next row; a value that is not finite counts as the mean.</summary>
    public void Add(ReadOnlySpan<double> row)
    {
        var have = (int)Math.Min(Rows, LagRows);
        var rate = Math.Max(1.0 / (Rows + 1), 1 / MostRows);
        for (var i = 0; i < metrics; i++)
        {
            var value = double.IsFinite(row[i]) ? Math.Clamp(row[i], -Largest, Largest) : _mean[i];
            if (_low[i] > _high[i])
            {
                if (!double.IsFinite(row[i])) continue;
                Begin(i, value);
            }
            else if (_seen[i] >= KnownRows)
            {
                var most = MostDeviations * Deviation(i);
                value = Math.Clamp(value, _mean[i] - most, _mean[i] + most);
            }
            _seen[i]++;
            _low[i] = Math.Min(_low[i], value);
            _high[i] = Math.Max(_high[i], value);
            var before = 0.0;
            for (var lag = 0; lag < have; lag++) before += _lag[(lag * metrics) + i];
            _difference[i] = value - _mean[i];
            _difference[metrics + i] = (have > 0 ? before / have : value) - _mean[metrics + i];
            _lag[((int)(Rows % LagRows) * metrics) + i] = value;
        }
        var size = 2 * metrics;
        for (var p = 0; p < size; p++)
        {
            var step = rate * _difference[p];
            _mean[p] += step;
            for (var q = 0; q <= p; q++) _covariance[(p * size) + q] = (1 - rate) * (_covariance[(p * size) + q] + (step * _difference[q]));
        }
        Rows++;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Rows);
        foreach (var part in Parts()) StateBytes.Write<double>(target, part);
    }

    /// <summary>Into a new one of as many metrics.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Rows = (long)Varint.Read(ref source);
        foreach (var part in Parts()) StateBytes.Read<double>(ref source, part);
    }

    private static double[] Filled(int length, double value)
    {
        var values = new double[length];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>A metric's first value is all that is known of it: what was not there before is as if it had always been that.</summary>
    private void Begin(int metric, double value)
    {
        _mean[metric] = _mean[metrics + metric] = value;
        for (var lag = 0; lag < LagRows; lag++) _lag[(lag * metrics) + metric] = value;
    }

    private double[][] Parts() => [_mean, _covariance, _low, _high, _lag, _seen];
}
