using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// When evidence becomes an alarm. The line rises with the age of the series, so that a long series spends its false alarms more slowly
/// than a short one; each row over the line begins a quiet period, and only a row over the line that follows a quiet period without one is an alarm.
/// </summary>
public sealed class SeriesAlarm
{
    /// <summary>Powers of ten above the line of a series of 1,000 points.</summary>
    public const double Line = 4.6;

    private const double Spending = 2;
    private const int ShortestQuiet = 20;
    private const int LongestQuiet = 200;
    private const double QuietShare = 0.02;
    private const long Youngest = 100;

    private State _state = new() { LastOver = long.MinValue / 2 };

    /// <summary>Evidence above what the age of the series asks for: an alarm is possible from <see cref="Line"/> on.</summary>
    /// <param name="age">Points of the series before this one.</param>
    public static double Adjusted(double evidence, long age) => evidence - (Spending * PowersOfTen.Log(Math.Max(age, Youngest) / 1000.0));

    /// <summary>True when this point raises an alarm. To be asked of every point of the series, in order.</summary>
    public bool Observe(in SeriesScore score)
    {
        var age = _state.Age++;
        if (!score.Ready || Adjusted(score.Evidence, age) < Line) return false;
        var quiet = Math.Clamp((long)(QuietShare * age), ShortestQuiet, LongestQuiet);
        var alarm = age - _state.LastOver > quiet;
        _state.LastOver = age;
        return alarm;
    }

    public void Save(ByteBuffer target) => StateBytes.Write(target, in _state);

    public void Load(scoped ref ReadOnlySpan<byte> source) => StateBytes.Read(ref source, ref _state);

    private struct State
    {
        public long Age;
        public long LastOver;
    }
}
