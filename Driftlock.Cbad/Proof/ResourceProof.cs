using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof that the metrics of a resource no longer fit together: made, and made again to check it, from the model before the row.</summary>
internal static class ResourceProof
{
    private const int MostScores = 64;
    private const int MostContext = 24;

    /// <param name="group">Before it learned the row.</param>
    /// <param name="row">That was rejected.</param>
    /// <param name="before">Of <see cref="ResourceGroup.SaveModel"/> before the row was scored.</param>
    public static WindowProof Make(ResourceGroup group, Row row, ReadOnlySpan<byte> before)
    {
        var metrics = group.JudgedMembers;
        var members = group.Members.Take(metrics).Select(member => new EvidenceMember(
            new StreamId(member.Stream).ToString(), Encoding.UTF8.GetString(member.Name), PointValues.ChannelsOf(member.Kind)[member.Channel],
            PointValues.ChannelsOf(member.Kind).Count > 1, Encoding.UTF8.GetString(member.Unit)));
        var context = new List<EvidenceRow>(MostContext);
        for (var past = Math.Max(0, group.Rows - MostContext); past < group.Rows; past++)
        {
            var (time, values) = group.Past(past);
            context.Add(State(time, values.Span, metrics));
        }
        return Of(new EvidenceResource([.. members], before.ToArray(), context, State(row.Time, row.Values, metrics)), Encoding.UTF8.GetString(group.Service), out _);
    }

    /// <summary>Computes everything again; the p-value to be tested.</summary>
    /// <exception cref="FormatException">The evidence is not as the engine writes it.</exception>
    /// <exception cref="InvalidDataException">The state is not as the engine writes it.</exception>
    public static double Check(Evidence evidence, EvidenceResource resource, Comparison comparison)
    {
        var proof = Of(resource, evidence.Stream.Service, out var budgetPValue);
        var deciding = resource.Members[proof.Explanation.Lines[proof.Explanation.Costliest[0]].Index];
        comparison.Compare("stream.id", evidence.Stream.Id, deciding.Stream);
        comparison.Compare("stream.name", evidence.Stream.Name, deciding.Name);
        comparison.Compare("window.events", evidence.Window.Events.Length, 0);
        comparison.Compare("window.eventCount", evidence.Window.EventCount, 1);
        comparison.Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, resource.Row.TimeUnixNano);
        comparison.Compare("window.lastTimeUnixNano", evidence.Window.LastTimeUnixNano, resource.Row.TimeUnixNano);
        comparison.Compare(evidence.Calibration, proof.Calibration);
        comparison.Compare(evidence.Explanation, proof.Explanation);
        return budgetPValue;
    }

    private static WindowProof Of(EvidenceResource resource, string service, out double budgetPValue)
    {
        var model = Load(resource.State, out var history);
        var count = resource.Members.Count;
        if (count != model.Metrics) throw new FormatException($"resource.members: {count}; the model has {model.Metrics}");
        if (resource.Context.Append(resource.Row).FirstOrDefault(other => other.Values.Count != count) is { } wrong)
            throw new FormatException($"resource: a row of {wrong.Values.Count} values; {count} are right");
        double[] row = [.. resource.Row.Values.Select(value => value ?? double.NaN)];
        var (expected, deviations) = (new double[count], new double[count]);
        Load(resource.State, out var before).Expect(row, expected, deviations);
        var score = ResourceScore.Of(model, history, row, new double[count]);
        budgetPValue = score.Ranking.BudgetPValue;
        var (past, atLeast, mean) = before.Among(score.Evidence);
        var calibration = new EvidenceCalibration
        {
            PValue = score.Ranking.PValue,
            Dispersion = 1,
            Windows = past,
            Extrapolated = score.Ranking.Extrapolated,
            Statistics =
            [
                new EvidenceStatistic(
                    "relation", "bits against the row, to a tenth", score.Evidence * PowersOfTen.Bits, score.Ranking.PValue, 1,
                    [.. before.Largest(MostScores).Select(evidence => evidence * PowersOfTen.Bits)], past, atLeast, past),
            ],
        };
        var explainer = new ResourceExplainer(resource, expected, deviations, score, mean * PowersOfTen.Bits);
        return new WindowProof(null, null, null, [], 0, calibration, explainer.Explain(service, past)) { Resource = resource };
    }

    private static ResourceModel Load(ReadOnlySpan<byte> state, out EvidenceHistory history)
    {
        var model = ResourceModel.Load(ref state);
        history = new EvidenceHistory();
        history.Load(ref state);
        if (!state.IsEmpty) throw new InvalidDataException($"{state.Length} bytes after a resource's state");
        return model;
    }

    private static EvidenceRow State(ulong time, ReadOnlySpan<float> values, int metrics)
    {
        var stated = new double?[metrics];
        for (var i = 0; i < Math.Min(metrics, values.Length); i++) stated[i] = float.IsFinite(values[i]) ? values[i] : null;
        return new EvidenceRow(time.ToString(CultureInfo.InvariantCulture), stated);
    }
}
