using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>How much of a standardised row lies outside of the leading components that hold half of the variance: the norm of the rest.</summary>
internal sealed class PrincipalResidual(int metrics)
{
    private const double ShareKept = 0.5;

    private readonly double[] _components = new double[metrics * metrics];
    private int _kept;

    public int Bytes => (_components.Length * sizeof(double)) + sizeof(int);

    public void Fit(double[] rows, int fitted)
    {
        var moments = new double[metrics * metrics];
        for (var row = 0; row < fitted; row++)
        {
            var values = rows.AsSpan(row * metrics, metrics);
            for (var p = 0; p < metrics; p++)
            {
                for (var q = 0; q <= p; q++) moments[(p * metrics) + q] += values[p] * values[q];
            }
        }
        var total = 0.0;
        for (var p = 0; p < metrics; p++)
        {
            for (var q = 0; q <= p; q++) moments[(q * metrics) + p] = moments[(p * metrics) + q] /= fitted;
            total += moments[(p * metrics) + p];
        }
        var (eigenvalues, vectors) = SymmetricMatrix.Eigen(moments, metrics);
        var held = 0.0;
        for (_kept = 0; _kept < metrics && held < ShareKept * total; _kept++) held += eigenvalues[_kept];
        vectors.AsSpan(0, _kept * metrics).CopyTo(_components);
    }

    public double Norm(ReadOnlySpan<double> standardised)
    {
        var rest = 0.0;
        foreach (var value in standardised) rest += value * value;
        for (var component = 0; component < _kept; component++)
        {
            var projection = 0.0;
            for (var i = 0; i < metrics; i++) projection += _components[(component * metrics) + i] * standardised[i];
            rest -= projection * projection;
        }
        return Math.Sqrt(Math.Max(rest, 0));
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _kept);
        StateBytes.Write<double>(target, _components.AsSpan(0, _kept * metrics));
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/> of a model of as many metrics.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _kept);
        if (_kept < 0 || _kept > metrics) throw new InvalidDataException($"{_kept} components of {metrics} metrics");
        StateBytes.Read(ref source, _components.AsSpan(0, _kept * metrics));
    }
}
