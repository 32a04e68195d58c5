using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Calibration;

namespace Driftlock.Cbad.Proof;

/// <summary>Computes everything in a bundle again that follows from the rest of it, and notes what comes out differently.</summary>
internal sealed class Recomputation(Evidence evidence)
{
    private readonly List<VerificationDifference> _differences = [];
    private readonly List<string> _notes = [];

    public VerificationReport Run()
    {
        Compare("contentHash", evidence.ContentHash, EvidenceJson.HashContent(evidence));
        Compare("configurationHash", evidence.ConfigurationHash, evidence.Configuration.Hash);
        Compare("window.sha256", evidence.Window.Sha256, Convert.ToHexStringLower(SHA256.HashData(evidence.Window.Events)));
        if (evidence.Engine != PartitionEngine.Version)
        {
            _differences.Add(new VerificationDifference("engine", evidence.Engine, PartitionEngine.Version));
            _notes.Add($"the bundle was made by engine {evidence.Engine}; verify it with that version");
        }
        else
        {
            try
            {
                evidence.Configuration.Validate();
                Recompute();
            }
            catch (Exception failure) when (failure is FormatException or InvalidDataException or OverflowException or ArgumentException)
            {
                _differences.Add(new VerificationDifference("bundle", "well formed", failure.Message));
            }
        }
        return new VerificationReport(evidence, _differences, _notes);
    }

    private void Recompute()
    {
        var scored = ScoredWindow.Score(evidence.Model, evidence.Window.Events, evidence.Window.WindowEvents);
        if (scored.Lines.Count == 0) throw new FormatException("the window holds no event");
        Compare("window.eventCount", evidence.Window.EventCount, scored.Lines.Count);
        Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, Text(scored.Lines.Min(line => line.View.TimeUnixNano)));
        Compare("window.lastTimeUnixNano", evidence.Window.LastTimeUnixNano, Text(scored.Lines.Max(line => line.View.TimeUnixNano)));
        var ranking = Rank(scored.Statistics);
        Compare("calibration.pValue", evidence.Calibration.PValue, ranking.PValue);
        Compare("calibration.extrapolated", evidence.Calibration.Extrapolated, ranking.Extrapolated);
        Decide(ranking.BudgetPValue);
        Explain(scored, ranking);
    }

    private WindowRanking Rank(in WindowStatistics statistics)
    {
        var stated = evidence.Calibration.Statistics;
        if (stated.Count != WindowStatistics.Kinds) throw new FormatException("calibration.statistics: there must be six");
        Span<double> pValues = stackalloc double[WindowStatistics.Kinds];
        var extrapolated = false;
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++)
        {
            var unit = WindowStatistics.Units[kind];
            var row = stated[kind];
            int[] largest = [.. row.Scores.Select(score => checked((int)(score * unit)))];
            for (var i = 1; i < largest.Length; i++)
                if (largest[i] > largest[i - 1]) throw new FormatException($"calibration.statistics[{kind}].scores must descend");
            Compare($"calibration.statistics[{kind}].count", row.Count, evidence.Calibration.Windows);
            Compare($"calibration.statistics[{kind}].scores", largest.Length, Math.Min(row.Count, ScoreHistory.Kept));
            Compare($"calibration.statistics[{kind}].name", row.Name, WindowStatistics.Names[kind]);
            Compare($"calibration.statistics[{kind}].weight", row.Weight, WindowStatistics.Weights[kind]);
            Compare($"calibration.statistics[{kind}].value", row.Value, statistics[kind] / unit);
            // The list answers ranks inside it; below, the stream's histogram did, and the bundle states the number.
            var value = statistics[kind];
            var listed = largest.Count(score => score >= value);
            if (listed < largest.Length || largest.Length == row.Count) Compare($"calibration.statistics[{kind}].atLeast", row.AtLeast, listed);
            pValues[kind] = TailProbability.Of(value, largest, row.Count, row.AtLeast, row.Positive, unit, WindowStatistics.TailPowers[kind], out var beyond);
            Compare($"calibration.statistics[{kind}].pValue", row.PValue, pValues[kind]);
            extrapolated |= beyond;
        }
        return WindowRanking.Combine(pValues, evidence.Calibration.Dispersion, extrapolated);
    }

    private void Decide(double p)
    {
        var stated = evidence.Budget;
        var eValue = AlarmBudget.EValue(p);
        var threshold = AlarmBudget.Threshold(evidence.Configuration.FalseDiscoveryRate, stated.RejectionsBefore);
        Compare("budget.procedure", stated.Procedure, AlarmBudget.Procedure);
        Compare("budget.level", stated.Level, evidence.Configuration.FalseDiscoveryRate);
        Compare("budget.epoch", stated.Epoch, AlarmBudget.Epoch);
        Compare("budget.severityFloor", stated.SeverityFloor, WindowRanking.SeverityFloor);
        Compare("budget.pValue", stated.PValue, p);
        Compare("budget.eValue", stated.EValue, eValue);
        Compare("budget.threshold", stated.Threshold, threshold);
        Compare("budget.rejected", stated.Rejected, eValue >= threshold);
        Compare("budget.testsAfter", stated.TestsAfter, stated.TestsBefore + 1);
        var ends = (stated.TestsBefore + 1) % AlarmBudget.Epoch == 0;
        Compare("budget.rejectionsAfter", stated.RejectionsAfter, ends ? 0 : stated.RejectionsBefore + (eValue >= threshold ? 1 : 0));
    }

    private void Explain(ScoredWindow scored, in WindowRanking ranking)
    {
        var stated = evidence.Explanation;
        var seed = ulong.Parse(evidence.Stream.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) ^ (ulong)evidence.Window.FirstEvent;
        var again = WindowExplainer.Explain(
            scored, evidence.Model, evidence.Window.FirstEvent, ranking.Deciding, ranking.PValue, stated.NearestNormals, seed);
        if (stated.Compression.CodecVersion != CompressionPanel.CodecVersion)
        {
            _notes.Add(
                $"compression figures were made with {stated.Compression.Codec} of {stated.Compression.CodecVersion}, not compared with {CompressionPanel.CodecVersion} here");
            again = again with { Compression = stated.Compression };
        }
        Compare("explanation", JsonDocument.Parse(EvidenceJson.WriteExplanation(stated)).RootElement, JsonDocument.Parse(EvidenceJson.WriteExplanation(again)).RootElement);
    }

    private void Compare<T>(string what, T stated, T recomputed)
    {
        if (EqualityComparer<T>.Default.Equals(stated, recomputed)) return;
        _differences.Add(new VerificationDifference(what, Text(stated), Text(recomputed)));
    }

    private void Compare(string what, JsonElement stated, JsonElement recomputed)
    {
        if (JsonElement.DeepEquals(stated, recomputed)) return;
        if (stated.ValueKind == JsonValueKind.Object && recomputed.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in recomputed.EnumerateObject()) Compare($"{what}.{property.Name}", stated.GetProperty(property.Name), property.Value);
        }
        else if (stated.ValueKind == JsonValueKind.Array && recomputed.ValueKind == JsonValueKind.Array && stated.GetArrayLength() == recomputed.GetArrayLength())
        {
            for (var i = 0; i < stated.GetArrayLength(); i++) Compare($"{what}[{i}]", stated[i], recomputed[i]);
        }
        else
        {
            _differences.Add(new VerificationDifference(what, stated.GetRawText(), recomputed.GetRawText()));
        }
    }

    private static string Text<T>(T value) => value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value?.ToString() ?? "null";
}
