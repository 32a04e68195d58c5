using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Evidence of a value against normal values that the model was not fitted on: 28 quantiles, sixteen a power of ten, and an exponential
/// tail over the largest fiftieth.
/// </summary>
internal sealed class HeldBackTail
{
    public const int Bytes = (Levels + 1) * sizeof(double);

    private const int Levels = 28;
    private const double LevelsPerPower = 16;
    private const double Log10E = 0.43429448190325182;

    private readonly double[] _quantiles = new double[Levels];
    private double _width;

    /// <param name="normal">At least one value; sorted in place.</param>
    public void Fit(Span<double> normal)
    {
        normal.Sort();
        var share = 1.0;
        for (var level = 0; level < Levels; level++)
        {
            var above = (int)(share * normal.Length);
            _quantiles[level] = normal[Math.Clamp(normal.Length - above, 0, normal.Length - 1)];
            share *= 0.86596432336006535; // 10^(-1/16)
        }
        var (sum, count) = (0.0, 0);
        for (var i = normal.Length - 1; i >= 0 && normal[i] > _quantiles[^1]; i--, count++) sum += normal[i] - _quantiles[^1];
        _width = Math.Max(count == 0 ? 0 : sum / count, (1e-3 * Math.Abs(_quantiles[^1])) + 1e-9);
    }

    /// <summary>Powers of ten.</summary>
    public double Evidence(double value)
    {
        if (value > _quantiles[^1]) return ((Levels - 1) / LevelsPerPower) + ((value - _quantiles[^1]) / _width * Log10E);
        var level = Levels - 1;
        while (level > 0 && value < _quantiles[level]) level--;
        return level / LevelsPerPower;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write<double>(target, _quantiles);
        StateBytes.Write(target, in _width);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read<double>(ref source, _quantiles);
        StateBytes.Read(ref source, ref _width);
    }
}
