using System.Globalization;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Proof;

/// <summary>Figures of a number that is watched for drift, and the sentence that says where it went.</summary>
/// <param name="channel">A channel of a metric, or one of this class's names.</param>
/// <param name="kind">Of the data points where it is a metric; empty otherwise.</param>
/// <param name="unit">As the sender gave it; empty where it gave none.</param>
internal sealed class DriftWording(string channel, string kind, string unit)
{
    /// <summary>Logs: 1 for a line that is declared an error or worse, else 0.</summary>
    public const string Errors = "errors";

    /// <summary>Logs: seconds since the line before.</summary>
    public const string Gap = "gap";

    /// <summary>Spans: 1 for one that failed, else 0.</summary>
    public const string Failures = "failures";

    /// <summary>Spans: logarithm of the duration in nanoseconds.</summary>
    public const string Duration = "duration";

    private const double NanosecondsPerMillisecond = 1e6;

    private readonly SeriesWording _series = new(channel, kind.EndsWith("Histogram", StringComparison.Ordinal) || kind == "Summary", unit);

    /// <summary>Of what is shown.</summary>
    public string Unit => channel switch { Errors or Failures => "%", Gap => "s", Duration => "ms", _ => unit };

    /// <summary>A mean of values as it is shown.</summary>
    public double Shown(double mean) => channel switch
    {
        Errors or Failures => 100 * mean,
        Duration => ExactMath.Exp(mean) / NanosecondsPerMillisecond,
        _ => mean,
    };

    /// <param name="name">Of the stream.</param>
    /// <param name="isUpward">Where it went.</param>
    /// <param name="since">When it began, nanoseconds since 1970.</param>
    /// <param name="mean">Of the newest block.</param>
    /// <param name="low">Least pinned mean.</param>
    /// <param name="high">Largest pinned mean.</param>
    /// <param name="evidence">What the sentence rests on.</param>
    /// <param name="pValue">Of all of it.</param>
    public string Why(string name, bool isUpward, ulong since, double mean, double low, double high, EvidenceDrift evidence, double pValue)
    {
        var what = channel switch
        {
            Errors => $"the share of error lines of {name}",
            Gap => $"the time between two lines of {name}",
            Failures => $"the share of failed spans of {name}",
            Duration => $"the typical duration of {name}",
            _ => SeriesWording.Subject(channel) + SeriesWording.Short(name),
        };
        var (from, to) = (SeriesWording.Time(Time(evidence.AnchorFirstTimeUnixNano)), SeriesWording.Time(Time(evidence.AnchorLastTimeUnixNano)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} has drifted {(isUpward ? "up" : "down")} since {SeriesWording.Time(since)}: {Figure(mean)} on average over the last {evidence.BlockEvents} values, where {Figure(low)} to {Figure(high)} was usual from {from} to {to} (p = {Wording.Short(pValue)}).");
    }

    private static ulong Time(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private string Figure(double mean) => channel switch
    {
        Errors or Failures => string.Create(CultureInfo.InvariantCulture, $"{Shown(mean):G3} %"),
        Gap or Duration => string.Create(CultureInfo.InvariantCulture, $"{Shown(mean):G3} {Unit}"),
        _ => _series.Figure(mean),
    };
}
