using System.Globalization;
using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Silence;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof that a metric no longer comes though others of its service do: made, and made again to check it.</summary>
internal static class MissingProof
{
    /// <param name="stream">Of the metric.</param>
    /// <param name="missed">How it came.</param>
    /// <param name="sendings">Of the service so far.</param>
    /// <param name="followed">Metrics of the service that are followed.</param>
    /// <param name="missing">Those of them that are missed as much.</param>
    /// <param name="nowUnixNano">Of the sending that lacks it.</param>
    public static WindowProof Make(EventStream stream, in RegularLine missed, long sendings, int followed, int missing, long nowUnixNano)
    {
        var comings = new EvidenceComings(sendings, missed.First, missed.Last, missed.Count, missed.Longest, followed, missing);
        return Of(new EvidenceSilence(Text(stream.LastReceived), Text(nowUnixNano)) { Comings = comings }, Encoding.UTF8.GetString(stream.Service), Encoding.UTF8.GetString(stream.Name));
    }

    /// <summary>Computes p-value and explanation again; the p-value to be tested.</summary>
    /// <exception cref="FormatException">A figure is not one that the engine states.</exception>
    public static double Check(Evidence evidence, EvidenceSilence silence, Comparison comparison)
    {
        var proof = Of(silence, evidence.Stream.Service, evidence.Stream.Name);
        comparison.Compare("window.events", evidence.Window.Events.Length, 0);
        comparison.Compare("window.eventCount", evidence.Window.EventCount, 0);
        comparison.Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, silence.LastReceivedUnixNano);
        comparison.Compare("window.lastTimeUnixNano", evidence.Window.LastTimeUnixNano, silence.NowUnixNano);
        comparison.Compare(evidence.Calibration, proof.Calibration);
        comparison.Compare(evidence.Explanation, proof.Explanation);
        return proof.Calibration.PValue;
    }

    private static WindowProof Of(EvidenceSilence silence, string service, string name)
    {
        var comings = silence.Comings!;
        if (comings.Count < RollCall.LeastComings || comings.Followed is < 1 or > RollCall.Most || comings.First < 0 || comings.Last <= comings.First || comings.Sendings <= comings.Last)
            throw new FormatException("silence.comings: not as the engine counts them");
        var metric = new RegularLine { First = comings.First, Last = comings.Last, Count = comings.Count, Longest = comings.Longest };
        var pValue = RollCall.PValue(metric, comings.Sendings, comings.Followed);
        var away = comings.Sendings - comings.Last;
        var bits = -ExactMath.Log(Math.Max(pValue, 1e-300)) * ExactMath.BitsPerNatural;
        var calibration = new EvidenceCalibration
        {
            PValue = pValue,
            Dispersion = 1,
            Windows = comings.Count,
            Extrapolated = true,
            Statistics =
            [
                new EvidenceStatistic("missing", "sendings of the service from one with it to the next", away, pValue / comings.Followed, 1.0 / comings.Followed, [comings.Longest], comings.Count - 1, 0, comings.Count - 1),
            ],
        };
        return new WindowProof(null, null, null, [], 0, calibration, Explain(silence, service, name, pValue, bits)) { Silence = silence };
    }

    private static Explanation Explain(EvidenceSilence silence, string service, string name, double pValue, double bits)
    {
        var comings = silence.Comings!;
        var more = comings.Missing switch { <= 1 => "", 2 => " and 1 more of its metrics", _ => $" and {comings.Missing - 1} more of its metrics" };
        var last = SeriesWording.Time(ulong.Parse(silence.LastReceivedUnixNano, CultureInfo.InvariantCulture));
        var apart = comings.Longest == 1 ? "in each of them" : $"never more than {comings.Longest} apart";
        return NoEvent.Explain(
            Units.Silence,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{service} no longer sends {SeriesWording.Short(name)}{more}, though it sends others: {comings.Count} of its sendings brought it, {apart}, the last at {last}, and the {comings.Sendings - 1 - comings.Last} since did not (p = {Wording.Short(pValue)})."),
            pValue, bits, share: 0);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
