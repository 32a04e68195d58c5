using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>Builds the proof of a flagged window, before the stream closes it. Not on the hot path.</summary>
internal static class LogEvidence
{
    public static Evidence Build(
        LogStream stream, EngineConfiguration configuration, LogPosition position, int ordinal, WindowRanking ranking, long testsBefore,
        long rejectionsBefore, AlarmBudget after)
    {
        var events = stream.Window.Events.Written.ToArray();
        var model = PreWindowModel.Recover(stream);
        var scored = ScoredWindow.Score(model, events, stream.WindowEvents);
        var seed = stream.Id ^ (ulong)stream.FirstEvent;
        var evidence = new Evidence
        {
            Format = Evidence.CurrentFormat,
            Engine = PartitionEngine.Version,
            Configuration = configuration,
            ConfigurationHash = configuration.Hash,
            Stream = new EvidenceSource(
                new StreamId(stream.Id).ToString(), "logs", Encoding.UTF8.GetString(stream.Service), Encoding.UTF8.GetString(stream.Name), stream.Tenant),
            Position = new EvidencePosition(position.Partition, position.Offset, ordinal),
            Window = new EvidenceWindow
            {
                FirstEvent = stream.FirstEvent,
                EventCount = stream.Open,
                WindowEvents = stream.WindowEvents,
                FirstTimeUnixNano = stream.FirstTime.ToString(CultureInfo.InvariantCulture),
                LastTimeUnixNano = stream.LastTime.ToString(CultureInfo.InvariantCulture),
                Events = events,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(events)),
            },
            Model = model,
            Calibration = Calibration(stream, ranking),
            Budget = Budget(configuration.FalseDiscoveryRate, ranking.BudgetPValue, testsBefore, rejectionsBefore, after),
            Explanation = WindowExplainer.Explain(
                scored, model, stream.FirstEvent, ranking.Deciding, ranking.PValue, WindowExplainer.Nearest(scored, stream.Past), seed),
        };
        return evidence with { ContentHash = EvidenceJson.HashContent(evidence) };
    }

    private static EvidenceBudget Budget(double level, double p, long testsBefore, long rejectionsBefore, AlarmBudget after) => new()
    {
        Procedure = AlarmBudget.Procedure,
        Level = level,
        Epoch = AlarmBudget.Epoch,
        TestsBefore = testsBefore,
        RejectionsBefore = rejectionsBefore,
        PValue = p,
        SeverityFloor = WindowRanking.SeverityFloor,
        Threshold = AlarmBudget.Threshold(level, rejectionsBefore),
        EValue = AlarmBudget.EValue(p),
        Rejected = true,
        TestsAfter = after.Tests,
        RejectionsAfter = after.Rejections,
    };

    private static EvidenceCalibration Calibration(LogStream stream, in WindowRanking ranking)
    {
        var statistics = new List<EvidenceStatistic>();
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++)
        {
            var history = stream.Calibration.Histories[kind];
            var value = stream.Statistics[kind];
            var unit = WindowStatistics.Units[kind];
            var atLeast = history.AtLeast(value);
            var p = TailProbability.Of(value, history.Largest, history.Count, atLeast, history.Positive, unit, WindowStatistics.TailPowers[kind], out _);
            statistics.Add(new EvidenceStatistic(
                WindowStatistics.Names[kind], WindowStatistics.Labels[kind], value / unit, p, WindowStatistics.Weights[kind],
                [.. history.Largest.ToArray().Select(score => score / unit)], history.Count, atLeast, history.Positive));
        }
        return new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = ranking.Kappa,
            Windows = stream.Calibration.Windows,
            Extrapolated = ranking.Extrapolated,
            Statistics = statistics,
        };
    }
}
