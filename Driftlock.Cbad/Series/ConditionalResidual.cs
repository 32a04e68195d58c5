using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// What each metric is beyond what all the others, now and in the three rows before, say of it: (P j)_i / P_ii, with j the standardised row
/// and the mean of the last three, P the inverse of its regularised second moments. Centre and scale of the residuals follow slowly,
/// the scale never below that of training.
/// </summary>
internal sealed class ConditionalResidual
{
    private const int LagRows = JointMoments.LagRows;
    private const double Ridge = 0.3;
    private const double Rate = 1.0 / 4000;
    private const double Clip = 3;
    private const double SmallestScale = 1e-3;

    private readonly int _metrics;
    private readonly double[] _weights;
    private readonly double[] _floor;
    private readonly double[] _centre;
    private readonly double[] _scale;
    private readonly double[] _lag;
    private readonly double[] _joint;
    private long _rows;

    public ConditionalResidual(int metrics)
    {
        _metrics = metrics;
        _weights = new double[2 * metrics * metrics];
        _floor = new double[metrics];
        _centre = new double[metrics];
        _scale = new double[metrics];
        _lag = new double[LagRows * metrics];
        _joint = new double[2 * metrics];
    }

    public int Bytes => (_weights.Length + (3 * _metrics) + _lag.Length + _joint.Length) * sizeof(double);

    /// <param name="moments">Standardised covariances of the metrics and of their means before; the diagonal is changed.</param>
    /// <param name="held">Standardised rows that the moments do not know, row-major: they give the scale.</param>
    public void Fit(double[] moments, ReadOnlySpan<double> held)
    {
        var size = 2 * _metrics;
        for (var p = 0; p < size; p++) moments[(p * size) + p] += Ridge;
        var inverse = SymmetricMatrix.InverseRows(moments, size, _metrics);
        for (var i = 0; i < _metrics; i++)
        {
            for (var k = 0; k < size; k++) _weights[(i * size) + k] = inverse[(i * size) + k] / inverse[(i * size) + i];
        }
        FitScale(held);
    }

    /// <summary>Residuals of the next row in units of their scale.</summary>
    public void Next(ReadOnlySpan<double> standardised, Span<double> residuals)
    {
        Raw(standardised, residuals);
        for (var i = 0; i < _metrics; i++)
        {
            var centred = residuals[i] - _centre[i];
            residuals[i] = centred / _scale[i];
            var clipped = Math.Clamp(centred, -Clip * _scale[i], Clip * _scale[i]);
            _centre[i] += Rate * clipped;
            // A tenth more, because clipping takes about that from the variance of a heavy tail.
            var variance = _scale[i] * _scale[i];
            _scale[i] = Math.Max(_floor[i], Math.Sqrt(variance + (Rate * ((1.1 * clipped * clipped) - variance))));
        }
    }

    /// <summary>Residuals of the next row in the units of the row, centred, and their usual size; learns nothing, but goes a row on.</summary>
    public void Deviate(ReadOnlySpan<double> standardised, Span<double> residuals, Span<double> scales)
    {
        Raw(standardised, residuals);
        for (var i = 0; i < _metrics; i++) residuals[i] -= _centre[i];
        _scale.CopyTo(scales);
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _rows);
        foreach (var part in Parts()) StateBytes.Write<double>(target, part);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _rows);
        foreach (var part in Parts()) StateBytes.Read<double>(ref source, part);
    }

    private double[][] Parts() => [_weights, _floor, _centre, _scale, _lag];

    private void FitScale(ReadOnlySpan<double> held)
    {
        _rows = 0;
        var (residuals, sums) = (new double[_metrics], new double[_metrics]);
        var count = held.Length / _metrics;
        for (var row = 0; row < count; row++)
        {
            Raw(held.Slice(row * _metrics, _metrics), residuals);
            for (var i = 0; i < _metrics; i++) sums[i] += residuals[i] * residuals[i];
        }
        for (var i = 0; i < _metrics; i++) _scale[i] = _floor[i] = Math.Sqrt(sums[i] / count) + SmallestScale;
        _rows = 0;
    }

    private void Raw(ReadOnlySpan<double> standardised, Span<double> residuals)
    {
        Join(standardised);
        for (var i = 0; i < _metrics; i++)
        {
            var sum = 0.0;
            var weights = _weights.AsSpan(i * 2 * _metrics, 2 * _metrics);
            for (var k = 0; k < weights.Length; k++) sum += weights[k] * _joint[k];
            residuals[i] = sum;
        }
    }

    private void Join(ReadOnlySpan<double> standardised)
    {
        standardised.CopyTo(_joint);
        var have = (int)Math.Min(_rows, LagRows);
        for (var i = 0; i < _metrics; i++)
        {
            var sum = 0.0;
            for (var lag = 0; lag < have; lag++) sum += _lag[(lag * _metrics) + i];
            _joint[_metrics + i] = have > 0 ? sum / have : standardised[i];
        }
        standardised.CopyTo(_lag.AsSpan((int)(_rows++ % LagRows) * _metrics));
    }
}
