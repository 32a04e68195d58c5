using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// What each hour of the week is like: mean of the value and of its distance from that mean, over visits and not over points, since a hundred
/// points of one Sunday say nothing of Sundays. It is followed only where it has proved itself: over about the last week its errors were
/// less than three fifths of those of the hour of the day, and until they are four fifths again.
/// </summary>
internal sealed class WeeklyProfile
{
    public const int Bytes = (LocalHour.PerWeek * ((2 * sizeof(float)) + sizeof(byte))) + (9 * sizeof(double));

    private const int LeastVisits = 3;
    private const double SlowestRate = 0.25;
    private const double NarrowestShare = 0.25;
    private const int LeastCompared = 24;
    private const double ShareToFollow = 0.6;
    private const double ShareToLeave = 0.8;

    private readonly float[] _means = new float[LocalHour.PerWeek];
    private readonly float[] _distances = new float[LocalHour.PerWeek];
    private readonly byte[] _visits = new byte[LocalHour.PerWeek];
    private State _state;

    /// <summary>Ends the visit of the hour before; a point of that hour that comes late begins no other.</summary>
    /// <returns>True when the profile is followed from now on, or no longer.</returns>
    public bool Turn(long hour)
    {
        if (hour == _state.Hour || hour == _state.Hour - 1) return false;
        var followed = _state.IsFollowed;
        if (_state.Points > 0) EndVisit((int)(_state.Hour % LocalHour.PerWeek));
        _state.Hour = hour;
        _state.Points = 0;
        _state.Sum = _state.Distances = _state.DailyDistances = 0;
        return followed != _state.IsFollowed;
    }

    /// <summary>True where the hour of the week is what a value is compared with.</summary>
    public bool IsFollowed(long hour) => _state.IsFollowed != 0 && Knows(hour);

    /// <summary>Three visits at least.</summary>
    public bool Knows(long hour) => _visits[(int)(hour % LocalHour.PerWeek)] >= LeastVisits;

    /// <summary>What is usual in this hour, where it is known, and how far from it is usual.</summary>
    public (double Mean, double Distance) Usual(long hour)
    {
        var slot = (int)(hour % LocalHour.PerWeek);
        return (_means[slot], Math.Max(_distances[slot], NarrowestShare * _state.Error));
    }

    /// <param name="hour">Of the last <see cref="Turn"/>, or one that came late and is not learned.</param>
    /// <param name="value">Of the point.</param>
    /// <param name="daily">What the hour of the day had said of it.</param>
    public void Learn(long hour, double value, double daily)
    {
        if (hour != _state.Hour) return;
        _state.Points++;
        _state.Sum += value;
        _state.Distances += Math.Abs(value - _means[(int)(hour % LocalHour.PerWeek)]);
        _state.DailyDistances += Math.Abs(value - daily);
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<float>(target, _means);
        StateBytes.Write<float>(target, _distances);
        StateBytes.Write<byte>(target, _visits);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<float>(ref source, _means);
        StateBytes.Read<float>(ref source, _distances);
        StateBytes.Read<byte>(ref source, _visits);
    }

    private void EndVisit(int slot)
    {
        var seen = (int)_visits[slot];
        var distance = _state.Distances / _state.Points;
        if (seen >= LeastVisits) Compare(distance, _state.DailyDistances / _state.Points);
        // The first visit has no mean to be distant from.
        if (seen > 0) _distances[slot] += (float)(Math.Max(1.0 / seen, SlowestRate) * (distance - _distances[slot]));
        _means[slot] += (float)(Math.Max(1.0 / (seen + 1), SlowestRate) * ((_state.Sum / _state.Points) - _means[slot]));
        if (seen < byte.MaxValue) _visits[slot]++;
    }

    private void Compare(double error, double dailyError)
    {
        var rate = 1.0 / Math.Min(++_state.Compared, LocalHour.PerWeek);
        _state.Error += rate * (error - _state.Error);
        _state.DailyError += rate * (dailyError - _state.DailyError);
        var share = _state.IsFollowed != 0 ? ShareToLeave : ShareToFollow;
        _state.IsFollowed = _state.Compared >= LeastCompared && _state.Error < share * _state.DailyError ? 1 : 0;
    }

    private struct State
    {
        public long Hour;
        public long Points;
        public long Compared;
        public long IsFollowed;
        public double Sum;
        public double Distances;
        public double DailyDistances;
        public double Error;
        public double DailyError;
    }
}
