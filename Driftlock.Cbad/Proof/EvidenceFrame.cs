using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Proof;

/// <summary>Puts together the evidence of a window that was just rejected, before its stream closes it. Not on the hot path.</summary>
internal static class EvidenceFrame
{
    /// <param name="source">The stream; its window is not closed yet.</param>
    /// <param name="proof">What the stream says of it.</param>
    /// <param name="configuration">In force.</param>
    /// <param name="verdict">That is to be proven.</param>
    /// <param name="test">That rejected it.</param>
    public static Evidence Build(EvidenceSource source, WindowProof proof, EngineConfiguration configuration, Verdict verdict, in BudgetTest test)
    {
        var evidence = new Evidence
        {
            Format = Evidence.CurrentFormat,
            Engine = PartitionEngine.Version,
            Configuration = configuration,
            ConfigurationHash = configuration.Hash,
            Stream = source,
            Position = new EvidencePosition(verdict.Position.Partition, verdict.Position.Offset, verdict.Ordinal),
            Window = new EvidenceWindow
            {
                FirstEvent = verdict.FirstEvent,
                EventCount = verdict.EventCount,
                WindowEvents = proof.WindowEvents,
                FirstTimeUnixNano = verdict.FirstTimeUnixNano.ToString(CultureInfo.InvariantCulture),
                LastTimeUnixNano = verdict.LastTimeUnixNano.ToString(CultureInfo.InvariantCulture),
                Events = proof.Events,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(proof.Events)),
            },
            Model = proof.Model,
            Series = proof.Series,
            Spans = proof.Spans,
            Session = proof.Session,
            Silence = proof.Silence,
            Drift = proof.Drift,
            Resource = proof.Resource,
            Calibration = proof.Calibration,
            Budget = Budget(test),
            Explanation = proof.Explanation,
        };
        return evidence with { ContentHash = EvidenceJson.HashContent(evidence) };
    }

    public static EvidenceSource Source(ulong stream, Signal signal, byte[] service, byte[] name, int tenant) =>
        new(new StreamId(stream).ToString(), NameOf(signal), Encoding.UTF8.GetString(service), Encoding.UTF8.GetString(name), tenant);

    /// <summary>As the evidence and the API write it.</summary>
    public static string NameOf(Signal signal) => signal switch { Signal.Logs => "logs", Signal.Metrics => "metrics", _ => "traces" };

    private static EvidenceBudget Budget(in BudgetTest test) => new()
    {
        Procedure = AlarmBudget.Procedure,
        Level = test.Level,
        Epoch = AlarmBudget.Epoch,
        TestsBefore = test.TestsBefore,
        RejectionsBefore = test.RejectionsBefore,
        PValue = test.PValue,
        SeverityFloor = WindowRanking.SeverityFloor,
        Threshold = AlarmBudget.Threshold(test.Level, test.RejectionsBefore),
        EValue = test.EValue,
        Rejected = test.IsRejected,
        TestsAfter = test.TestsAfter,
        RejectionsAfter = test.RejectionsAfter,
    };
}
