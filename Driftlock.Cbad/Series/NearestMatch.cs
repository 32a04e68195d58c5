using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// How far the last 12 values are from what they resemble most among the 1,000 windows before them (a discord, Keogh et al. 2005). Squared
/// distances to all lags are carried on by one sum and one difference a row: d(t, L) = d(t-1, L) + (x(t) - x(t-L))^2 - (x(t-12) - x(t-12-L))^2.
/// On integers that recurrence is exact, so nothing drifts and every machine has the same distances.
/// </summary>
internal sealed class NearestMatch
{
    public const int Window = 12;
    public const int Lags = 1000;
    public const int Bytes = (Lags * sizeof(int)) + (Length * sizeof(short)) + 16;

    /// <summary>Values are clamped to this, so that 12 squared differences fit 32 bits.</summary>
    private const int Largest = 6600;
    private const int Slack = 128;
    private const int Length = Lags + (2 * Window) + Lanes + Slack;
    private const int Lanes = 8;

    // Newest first, from _state.Start on; the slack is written downwards and refilled once it is used up.
    private readonly short[] _values = new short[Length];
    private readonly int[] _distances = new int[Lags];
    private State _state = new() { Start = Slack };

    /// <summary>
    /// Root mean square difference to the eight nearest windows, one from each residue of the lag modulo 8; NaN before there are two
    /// of each. Learns the value.
    /// </summary>
    /// <param name="value">In steps of the grid; clamped to 6,600 either way.</param>
    public double Observe(double value)
    {
        if (_state.Start == 0)
        {
            Array.Copy(_values, 0, _values, Slack, Length - Slack);
            _state.Start = Slack;
        }
        var newest = (short)Math.Clamp(value, -Largest, Largest);
        _values[--_state.Start] = newest;
        var usable = (int)Math.Clamp(_state.Rows - (2 * Window) + 1, 0, Lags) & -Lanes;
        _state.Rows++;
        var nearest = Update(newest, usable);
        if (usable < 2 * Lanes) return double.NaN;
        var sum = 0.0;
        for (var lane = 0; lane < Lanes; lane++) sum += nearest[lane];
        return Math.Sqrt(sum / (Lanes * Window));
    }

    /// <summary>Values at hand, newest first, in steps of the grid.</summary>
    public ReadOnlySpan<short> Values => _values.AsSpan((int)_state.Start, (int)Math.Min(_state.Rows, Lags + (2 * Window)));

    /// <summary>Makes the step of the grid twice as large.</summary>
    public void Coarsen()
    {
        for (var i = 0; i < Length; i++) _values[i] /= 2;
        for (var lag = 0; lag < Lags; lag++)
        {
            var distance = 0;
            for (var i = 0; i < Window; i++)
            {
                var difference = _values[_state.Start + i] - _values[_state.Start + i + Window + 1 + lag];
                distance += difference * difference;
            }
            _distances[lag] = distance;
        }
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<short>(target, _values);
        StateBytes.Write<int>(target, _distances);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        if (_state.Start is < 0 or > Slack) throw new InvalidDataException("the ring of a nearest-match model begins outside of itself");
        StateBytes.Read<short>(ref source, _values);
        StateBytes.Read<int>(ref source, _distances);
    }

    private Vector256<int> Update(short newest, int usable)
    {
        ref var entering = ref _values[_state.Start + Window + 1];
        ref var leaving = ref _values[_state.Start + (2 * Window) + 1];
        ref var distances = ref MemoryMarshal.GetArrayDataReference(_distances);
        var enteringWith = Vector256.Create((int)newest);
        var leavingWith = Vector256.Create((int)_values[_state.Start + Window]);
        var nearest = Vector256.Create(int.MaxValue);
        for (nuint i = 0; i < Lags; i += Lanes)
        {
            var come = enteringWith - Vector256.WidenLower(Vector128.LoadUnsafe(ref entering, i).ToVector256Unsafe());
            var go = leavingWith - Vector256.WidenLower(Vector128.LoadUnsafe(ref leaving, i).ToVector256Unsafe());
            var distance = Vector256.LoadUnsafe(ref distances, i) + (come * come) - (go * go);
            distance.StoreUnsafe(ref distances, i);
            if ((int)i < usable) nearest = Vector256.Min(nearest, distance);
        }
        return nearest;
    }

    private struct State
    {
        public long Rows;
        public long Start;
    }
}
