using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>The mean of the last few values of each of several quantities.</summary>
internal sealed class RunningMean(int quantities, int length)
{
    private readonly double[] _last = new double[quantities * length];
    private long _rows;

    public int Bytes => (quantities * length * sizeof(double)) + sizeof(long);

    /// <summary>Replaces the newest values by their running means.</summary>
    public void Smooth(Span<double> values)
    {
        var place = (int)(_rows++ % length);
        var have = (int)Math.Min(_rows, length);
        for (var i = 0; i < quantities; i++)
        {
            var own = _last.AsSpan(i * length, length);
            own[place] = values[i];
            var sum = 0.0;
            for (var k = 0; k < have; k++) sum += own[k];
            values[i] = sum / have;
        }
    }

    public double Smooth(double value)
    {
        Smooth(new Span<double>(ref value));
        return value;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _rows);
        StateBytes.Write<double>(target, _last);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _rows);
        StateBytes.Read<double>(ref source, _last);
    }
}
