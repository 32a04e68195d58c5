using System.Diagnostics.Metrics;

namespace Driftlock.Storage.Performance;

/// <summary>How long each stage of an event's way takes (DESIGN section 4). Meter Driftlock.Stages.</summary>
public sealed class StageTimes
{
    public const string MeterName = "Driftlock.Stages";

    public const string Instrument = "driftlock.stage.duration";

    internal const string StageTag = "stage";

    private readonly Histogram<double> _durations;
    private readonly TimeProvider _time;

    public StageTimes(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        _durations = factory.Create(MeterName).CreateHistogram<double>(
            Instrument, "s", "Time that a stage took, for a request or a batch.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.001, 0.01, 0.1, 1, 10] });
    }

    /// <summary>Begins to measure; each call of the result's <see cref="Lap.Done"/> ends one stage and begins the next.</summary>
    public Lap Start() => new(this, _time.GetTimestamp());

    /// <summary>A stage under way.</summary>
    public struct Lap(StageTimes times, long since)
    {
        private long _since = since;

        /// <param name="stage">One of few: it is a label.</param>
        public void Done(string stage)
        {
            var now = times._time.GetTimestamp();
            times._durations.Record(times._time.GetElapsedTime(_since, now).TotalSeconds, new KeyValuePair<string, object?>(StageTag, stage));
            _since = now;
        }
    }
}
