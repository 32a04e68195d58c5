using System.Globalization;
using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Silence;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof that a service fell silent: made, and made again to check it.</summary>
internal static class SilenceProof
{
    private const double MillisecondsPerSecond = 1000;
    private static readonly StatisticRanks OfMetrics = Ranks(Signal.Metrics);
    private static readonly StatisticRanks OfOthers = Ranks(Signal.Logs);

    public static WindowRanking Rank(Beat beat, long nowUnixNano)
    {
        var pValue = beat.PValue(beat.PauseAt(nowUnixNano), out var extrapolated);
        return new WindowRanking(pValue, pValue, pValue, 1, extrapolated, 0);
    }

    public static WindowProof Make(Beat beat, long nowUnixNano, in WindowRanking ranking)
    {
        var silence = new EvidenceSilence(Text(beat.LastReceived), Text(nowUnixNano));
        int[] pause = [beat.PauseAt(nowUnixNano)];
        var calibration = new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = 1,
            Windows = beat.Pauses.Count,
            Extrapolated = ranking.Extrapolated,
            Statistics = (beat.Signal == Signal.Metrics ? OfMetrics : OfOthers).State([beat.Pauses], pause),
        };
        return new WindowProof(null, null, null, [], 0, calibration, Explain(silence, EvidenceFrame.NameOf(beat.Signal), Encoding.UTF8.GetString(beat.Service), Encoding.UTF8.GetString(beat.Name), calibration)) { Silence = silence };
    }

    /// <summary>Computes rank and explanation again; the p-value to be tested.</summary>
    /// <exception cref="FormatException">A time is no number, or the statement is not one that the engine makes.</exception>
    public static double Check(Evidence evidence, EvidenceSilence silence, Comparison comparison)
    {
        if (silence.Comings is not null) return MissingProof.Check(evidence, silence, comparison);
        var (last, now) = (Number(silence.LastReceivedUnixNano), Number(silence.NowUnixNano));
        int[] pause = [(int)Math.Clamp((now - last) / 1_000_000, 0, int.MaxValue)];
        var ranks = evidence.Stream.Signal == EvidenceFrame.NameOf(Signal.Metrics) ? OfMetrics : OfOthers;
        var pValue = ranks.Check(evidence.Calibration, pause, comparison, out var extrapolated)[0];
        comparison.Compare("window.events", evidence.Window.Events.Length, 0);
        comparison.Compare("window.eventCount", evidence.Window.EventCount, 0);
        comparison.Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, silence.LastReceivedUnixNano);
        comparison.Compare("window.lastTimeUnixNano", evidence.Window.LastTimeUnixNano, silence.NowUnixNano);
        comparison.Compare("calibration.pValue", evidence.Calibration.PValue, pValue);
        comparison.Compare("calibration.extrapolated", evidence.Calibration.Extrapolated, extrapolated);
        comparison.Compare(evidence.Explanation, Explain(silence, evidence.Stream.Signal, evidence.Stream.Service, evidence.Stream.Name, evidence.Calibration));
        return pValue;
    }

    private static Explanation Explain(EvidenceSilence silence, string signal, string service, string name, EvidenceCalibration calibration)
    {
        var pauses = calibration.Statistics[0];
        var since = SeriesWording.Time((ulong)Number(silence.LastReceivedUnixNano));
        var what = signal switch { "metrics" => "metrics", "traces" => "spans", _ => name.Length > 0 ? $"logs of {name}" : "logs" };
        var bits = -ExactMath.Log(Math.Max(calibration.PValue, 1e-300)) * ExactMath.BitsPerNatural;
        return NoEvent.Explain(
            Units.Silence,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{service} sends no {what} any more: the last came at {since}, {pauses.Value:0} s ago, where the longest of {pauses.Count} pauses was {(pauses.Scores.Count > 0 ? pauses.Scores[0] : 0):0.#} s (p = {Wording.Short(calibration.PValue)})."),
            calibration.PValue, bits, share: 1);
    }

    private static StatisticRanks Ranks(Signal signal) => new(
        ["silence"], ["seconds without a sending, among the pauses before"], [1], [MillisecondsPerSecond], [Beat.UnitOf(signal)], [Beat.TailPower]);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"silence: '{text}' is no time");
}
