using System.Globalization;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof that a number drifted away from its pinned baseline: made, and made again to check it, from the means of blocks.</summary>
internal static class DriftProof
{
    // Of 32 pinned means one lies beyond either end: about one in twenty, as in a band elsewhere.
    private const int Beyond = 1;

    /// <param name="test">Whose evidence was enough.</param>
    /// <param name="channel">Which number of the stream it watches.</param>
    /// <param name="kind">Of the data points where it is a metric; empty otherwise.</param>
    /// <param name="unit">As the sender gave it.</param>
    /// <param name="name">Of the stream.</param>
    public static WindowProof Make(DriftTest test, string channel, string kind, string unit, string name)
    {
        var (up, down) = test.Before;
        EvidenceBlock[] blocks = [.. test.Latest.Select(block => new EvidenceBlock(Text(block.Time), block.Mean))];
        return Of(
            new EvidenceDrift(
                channel, kind, unit, test.Anchor.BlockEvents, Text(test.Anchor.FirstTime), Text(test.Anchor.LastTime), [.. test.Anchor.Means], test.Blocks - blocks.Length,
                Wealth(up), Wealth(down), blocks), name, out _, out _);
    }

    /// <summary>Computes everything again; the e-value to be tested.</summary>
    /// <exception cref="FormatException">The evidence is not as the engine writes it.</exception>
    public static double Check(Evidence evidence, EvidenceDrift drift, Comparison comparison)
    {
        var proof = Of(drift, evidence.Stream.Name, out var eValue, out var run);
        comparison.Compare("window.eventCount", evidence.Window.EventCount, Math.Min(checked(run * drift.BlockEvents), evidence.Window.FirstEvent + evidence.Window.EventCount));
        comparison.Compare("window.events", evidence.Window.Events.Length, 0);
        comparison.Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, proof.Explanation.Series!.ChangeTimeUnixNano);
        comparison.Compare(evidence.Calibration, proof.Calibration);
        comparison.Compare(evidence.Explanation, proof.Explanation);
        return eValue;
    }

    private static WindowProof Of(EvidenceDrift drift, string name, out double eValue, out long run)
    {
        if (drift.Anchor.Count != Anchor.Blocks) throw new FormatException($"drift.anchor: {drift.Anchor.Count} blocks; {Anchor.Blocks} are right");
        if (drift.Blocks.Count is 0 or > DriftTest.Recent) throw new FormatException($"drift.blocks: {drift.Blocks.Count}; 1 to {DriftTest.Recent} are right");
        double[] anchor = [.. drift.Anchor];
        var (up, down) = (Process(drift.UpBefore), Process(drift.DownBefore));
        var number = drift.BlocksBefore;
        foreach (var block in drift.Blocks) (up, down) = DriftTest.Next(up, down, anchor, ++number, Number(block.TimeUnixNano), block.Mean);
        eValue = DriftTest.EValueOf(up, down, number);
        run = DriftTest.Leading(up, down).RunBlocks;
        return new WindowProof(null, null, null, [], 0, Calibration(drift, anchor, DriftTest.IsUpward(up, down), eValue), Explain(drift, anchor, up, down, eValue, name)) { Drift = drift };
    }

    private static EvidenceCalibration Calibration(EvidenceDrift drift, double[] anchor, bool isUpward, double eValue)
    {
        var mean = drift.Blocks[^1].Mean;
        var (above, below) = DriftTest.PValues(anchor, mean);
        return new EvidenceCalibration
        {
            PValue = DriftTest.PValueOf(eValue),
            Dispersion = 1,
            Windows = anchor.Length,
            Extrapolated = false,
            Statistics =
            [
                new EvidenceStatistic(
                    "drift", $"mean of the newest block, {(isUpward ? "up" : "down")} from the pinned ones", mean, isUpward ? above : below, 1, [.. anchor.OrderDescending()],
                    anchor.Length, anchor.Count(pinned => pinned >= mean), anchor.Count(pinned => pinned > 0)),
            ],
        };
    }

    private static Explanation Explain(EvidenceDrift drift, double[] anchor, in DriftProcess up, in DriftProcess down, double eValue, string name)
    {
        var isUpward = DriftTest.IsUpward(up, down);
        var run = DriftTest.Leading(up, down);
        double[] sorted = [.. anchor.Order()];
        var words = new DriftWording(drift.Channel, drift.Kind, drift.Unit);
        var (low, high) = (words.Shown(sorted[Beyond]), words.Shown(sorted[^(1 + Beyond)]));
        var pValue = DriftTest.PValueOf(eValue);
        var bits = ExactMath.Log(eValue) * ExactMath.BitsPerNatural;
        return NoEvent.Explain(Units.Drift, words.Why(name, isUpward, run.RunTime, drift.Blocks[^1].Mean, sorted[0], sorted[^1], drift, pValue), pValue, bits, share: 0) with
        {
            Series = new SeriesExplanation(
                drift.Channel, words.Unit, "drift", words.Shown((0.5 * sorted[(Anchor.Blocks / 2) - 1]) + (0.5 * sorted[Anchor.Blocks / 2])), low, high, Text(run.RunTime),
                [new FamilyBits("drift", bits)], [.. drift.Blocks.Select(block => Point(block, words, anchor, isUpward, run.RunTime))]),
        };
    }

    /// <summary>A block of the drift with the bits that it bet and won; what came before is context.</summary>
    private static ExplainedPoint Point(EvidenceBlock block, DriftWording words, double[] anchor, bool isUpward, ulong since)
    {
        var (above, below) = DriftTest.PValues(anchor, block.Mean);
        var won = ExactMath.Log(DriftProcess.Bet(isUpward ? above : below)) * ExactMath.BitsPerNatural;
        return new ExplainedPoint(block.TimeUnixNano, words.Shown(block.Mean), Number(block.TimeUnixNano) >= since ? won : null);
    }

    private static EvidenceWealth Wealth(in DriftProcess process) => new(process.Wealth, process.Run, process.RunBlocks, Text(process.RunTime));

    private static DriftProcess Process(EvidenceWealth wealth) => new(wealth.Wealth, wealth.Run, wealth.RunBlocks, Number(wealth.RunTimeUnixNano));

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static ulong Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"drift: '{text}' is no time");
}
