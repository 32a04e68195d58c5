using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>How much of a standardised row lies outside of the leading components that hold half of the variance: the norm of the rest.</summary>
internal sealed class PrincipalResidual(int metrics)
{
    private const double ShareKept = 0.5;

    private readonly double[] _components = new double[metrics * metrics];
    private int _kept;

    public int Bytes => (_components.Length * sizeof(double)) + sizeof(int);

    /// <param name="moments">Standardised covariances of the metrics and of their means before, row-major; the first quarter counts.</param>
    public void Fit(ReadOnlySpan<double> moments)
    {
        var own = new double[metrics * metrics];
        var total = 0.0;
        for (var p = 0; p < metrics; p++)
        {
            moments.Slice(p * 2 * metrics, metrics).CopyTo(own.AsSpan(p * metrics));
            total += own[p * (metrics + 1)];
        }
        var (eigenvalues, vectors) = SymmetricMatrix.Eigen(own, metrics);
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
