using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// What one series of numbers is like, learned point by point: every point is scored under the points before it, then learned, odd or not.
/// Seven families of evidence (see <see cref="SeriesFamily"/>). The first 100 points set the units and say nothing.
/// </summary>
public sealed class SeriesModel
{
    public const int WarmUp = 100;
    public const int MaxBytes = 18 * 1024;

    private const double Largest = 1e12;
    private const double StepsPerBin = 48;
    private const double UsualDistances = 2.5;
    private const double LevelShiftEvidence = 2;

    private readonly NearestMatch _match = new();
    private readonly HistogramCode _value = new();
    private readonly HistogramCode _step = new();
    private readonly SmoothedSurprise _shapeSurprise = new(5);
    private readonly SmoothedSurprise _stepSurprise = new(10);
    private readonly SmoothedSurprise _valueSurprise = new(10);
    private readonly SeasonalProfile _seasons = new();
    private readonly RecentValues _recent = new();
    private readonly TwoSidedTail _extremes = new();
    private readonly TwoSidedTail _meanExtremes = new();
    private readonly TwoSidedTail _spreadExtremes = new();
    private readonly EvidenceHistory _history = new();
    private FirstPoint[] _first = new FirstPoint[WarmUp];
    private State _state;

    /// <summary>Bytes of state, at most <see cref="MaxBytes"/>.</summary>
    public int Bytes => (_first.Length * 3 * sizeof(double)) + NearestMatch.Bytes + (2 * HistogramCode.Bytes) + _shapeSurprise.Bytes
        + _stepSurprise.Bytes + _valueSurprise.Bytes + SeasonalProfile.Bytes + RecentValues.Bytes + (3 * TwoSidedTail.Bytes) + EvidenceHistory.Bytes
        + (7 * sizeof(double));

    /// <summary>Finite points seen.</summary>
    public long Points => _state.Rows;

    internal EvidenceHistory History => _history;

    internal NearestMatch Match => _match;

    internal RecentValues Recent => _recent;

    /// <summary>Scores a point and learns it. NaN and infinities are neither scored nor learned.</summary>
    /// <param name="timeUnixNano">Of the point.</param>
    /// <param name="value">Of the point.</param>
    /// <param name="utcOffsetMinutes">Minutes that local time, whose hours the series may follow, is then ahead of UTC.</param>
    public SeriesScore Observe(ulong timeUnixNano, double value, int utcOffsetMinutes = 0)
    {
        if (!double.IsFinite(value)) return SeriesScore.NotReady((int)Math.Max(WarmUp - _state.Rows, 0));
        var hour = LocalHour.Of(timeUnixNano, utcOffsetMinutes);
        if (_state.Rows >= WarmUp) return Score(timeUnixNano, hour, value);
        _first[_state.Rows++] = new FirstPoint { Time = timeUnixNano, Hour = hour, Value = value };
        if (_state.Rows == WarmUp) Begin();
        return SeriesScore.NotReady((int)(WarmUp - _state.Rows) + 1);
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        if (_state.Rows < WarmUp)
        {
            StateBytes.Write<FirstPoint>(target, _first.AsSpan(0, (int)_state.Rows));
            return;
        }
        _match.Save(target);
        _value.Save(target);
        _step.Save(target);
        _shapeSurprise.Save(target);
        _stepSurprise.Save(target);
        _valueSurprise.Save(target);
        _seasons.Save(target);
        _recent.Save(target);
        _extremes.Save(target);
        _meanExtremes.Save(target);
        _spreadExtremes.Save(target);
        _history.Save(target);
    }

    /// <summary>Into a new model.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        if (_state.Rows < WarmUp)
        {
            if (_state.Rows < 0) throw new InvalidDataException($"a series of {_state.Rows} points");
            StateBytes.Read(ref source, _first.AsSpan(0, (int)_state.Rows));
            return;
        }
        _first = [];
        _match.Load(ref source);
        _value.Load(ref source);
        _step.Load(ref source);
        _shapeSurprise.Load(ref source);
        _stepSurprise.Load(ref source);
        _valueSurprise.Load(ref source);
        _seasons.Load(ref source);
        _recent.Load(ref source);
        _extremes.Load(ref source);
        _meanExtremes.Load(ref source);
        _spreadExtremes.Load(ref source);
        _history.Load(ref source);
    }

    /// <summary>Sets the unit to the range of the first points, and learns them without judging any.</summary>
    private void Begin()
    {
        var first = _first;
        _first = [];
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var point in first)
        {
            low = Math.Min(low, point.Value);
            high = Math.Max(high, point.Value);
        }
        _state.Origin = low;
        // Halved before the difference, which may not be finite otherwise; a constant series has the size of its value for a unit.
        var range = 2 * ((0.5 * high) - (0.5 * low));
        _state.Unit = Math.Max(Math.Min(range, double.MaxValue), Math.Max(1e-6 * Math.Max(Math.Abs(low), Math.Abs(high)), 1e-300));
        Span<double> values = stackalloc double[WarmUp];
        Span<double> steps = stackalloc double[WarmUp - 1];
        for (var i = 0; i < WarmUp; i++)
        {
            values[i] = InUnits(first[i].Value);
            if (i > 0) steps[i - 1] = values[i] - values[i - 1];
        }
        _value.Begin(values);
        _step.Begin(steps);
        _state.GridWidth = _value.Width;
        _state.Rows = 0;
        for (var i = 0; i < WarmUp; i++) Evidence(first[i].Time, first[i].Hour, values[i], coded: false, out _);
        _state.Previous = values[^1];
    }

    private SeriesScore Score(ulong time, long hour, double value)
    {
        var families = Evidence(time, hour, InUnits(value), coded: true, out var byWeek);
        var evidence = families.Joint(out var leading);
        var pValue = _history.PValue(evidence);
        _history.Add(evidence);
        var (typical, low, high) = Usual(hour, leading, byWeek);
        var changed = evidence >= LevelShiftEvidence ? _recent.LevelShift() : null;
        return new SeriesScore(0, evidence, families, leading, byWeek, pValue, typical, low, high, changed);
    }

    private double InUnits(double value)
    {
        var units = (value / _state.Unit) - (_state.Origin / _state.Unit);
        return double.IsNaN(units) ? 0 : Math.Clamp(units, -Largest, Largest);
    }

    private FamilyEvidence Evidence(ulong time, long hour, double value, bool coded, out bool byWeek)
    {
        FamilyEvidence families = default;
        var rate = 1.0 / (_state.Rows + 1);
        var difference = value - _state.Mean;
        _state.Mean += rate * difference;
        _state.Variance = (1 - rate) * (_state.Variance + (rate * difference * difference));
        _state.Rows++;
        var deviation = Math.Max(Math.Sqrt(_state.Variance), 1e-9);
        var stepSize = _state.GridWidth / StepsPerBin;
        var distance = _match.Observe(value / stepSize);
        if (!double.IsNaN(distance)) families[SeriesFamily.Shape] = _shapeSurprise.Observe(distance * stepSize / deviation);
        if (coded)
        {
            families[SeriesFamily.Step] = _stepSurprise.Observe(_step.Observe(value - _state.Previous));
            families[SeriesFamily.RareValue] = _valueSurprise.Observe(_value.Observe(value));
            for (; _state.GridWidth < _value.Width; _state.GridWidth *= 2) _match.Coarsen();
            _state.Previous = value;
        }
        families[SeriesFamily.Extreme] = _extremes.Observe(value);
        families[SeriesFamily.TimeOfDay] = _seasons.Observe(hour, value, out byWeek);
        _recent.Add(time, value);
        var mean = _recent.ShortMean();
        if (!double.IsNaN(mean)) families[SeriesFamily.Level] = _meanExtremes.Observe(mean);
        var spread = _recent.Deviation();
        if (!double.IsNaN(spread)) families[SeriesFamily.Spread] = _spreadExtremes.Observe(ExactMath.Log(spread + (1e-3 * deviation)));
        return families;
    }

    /// <summary>What is usual, in that hour where the hour leads.</summary>
    /// <param name="hour">As <see cref="LocalHour"/> counts.</param>
    /// <param name="leading">The family that leads.</param>
    /// <param name="byWeek">Whether its hour is that of the week.</param>
    internal (double Typical, double Low, double High) Usual(long hour, SeriesFamily leading, bool byWeek)
    {
        double typical, low, high;
        if (leading == SeriesFamily.TimeOfDay)
        {
            (typical, var distance) = _seasons.Usual(hour, byWeek);
            (low, high) = (typical - (UsualDistances * distance), typical + (UsualDistances * distance));
        }
        else
        {
            (typical, low, high) = _value.Usual();
        }
        return (InValues(typical), InValues(low), InValues(high));
    }

    internal double InValues(double units) => (units * _state.Unit) + _state.Origin;

    /// <summary>What one step of the grid of <see cref="NearestMatch"/> is in the unit of the values.</summary>
    internal double OfSteps(double steps) => InValues(steps * _state.GridWidth / StepsPerBin);

    private struct FirstPoint
    {
        public ulong Time;
        public long Hour;
        public double Value;
    }

    private struct State
    {
        public long Rows;
        public double Origin;
        public double Unit;
        public double Mean;
        public double Variance;
        public double Previous;
        public double GridWidth;
    }
}
