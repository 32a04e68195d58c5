using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>Computes everything in a bundle again that follows from the rest of it, and notes what comes out differently.</summary>
internal sealed class Recomputation(Evidence evidence)
{
    private readonly Comparison _comparison = new();

    public VerificationReport Run()
    {
        _comparison.Compare("contentHash", evidence.ContentHash, EvidenceJson.HashContent(evidence));
        _comparison.Compare("configurationHash", evidence.ConfigurationHash, evidence.Configuration.Hash);
        _comparison.Compare("window.sha256", evidence.Window.Sha256, Convert.ToHexStringLower(SHA256.HashData(evidence.Window.Events)));
        if (evidence.Engine != PartitionEngine.Version)
        {
            _comparison.Differences.Add(new VerificationDifference("engine", evidence.Engine, PartitionEngine.Version));
            _comparison.Notes.Add($"the bundle was made by engine {evidence.Engine}; verify it with that version");
        }
        else
        {
            try
            {
                evidence.Configuration.Validate();
                Recompute();
            }
            catch (Exception failure) when (failure is FormatException or InvalidDataException or OverflowException or ArgumentException or IndexOutOfRangeException)
            {
                _comparison.Differences.Add(new VerificationDifference("bundle", "well formed", failure.Message));
            }
        }
        return new VerificationReport(evidence, _comparison.Differences, _comparison.Notes);
    }

    private void Recompute()
    {
        if (evidence.Silence is { } silence)
        {
            Decide(SilenceProof.Check(evidence, silence, _comparison));
            return;
        }
        if (evidence.Drift is { } drift)
        {
            var eValue = DriftProof.Check(evidence, drift, _comparison);
            Decide(evidence.Calibration.PValue, eValue);
            return;
        }
        if (evidence.Resource is { } resource)
        {
            Decide(ResourceProof.Check(evidence, resource, _comparison));
            return;
        }
        CompareWindow();
        if (evidence.Model is { } model) Decide(new LogRecomputation(evidence, model, _comparison).Run());
        else if (evidence.Series is { } series) Decide(Series(series));
        else if (evidence.Spans is { Unit: EvidenceSpans.Window } window) Decide(SpanWindowProof.Check(evidence, window, _comparison));
        else if (evidence.Spans is { Unit: EvidenceSpans.Trace } trace) Decide(TraceProof.Check(evidence, trace, _comparison));
        else if (evidence.Session is { } session) Decide(SessionProof.Check(evidence, session, _comparison));
        else throw new FormatException("one of model, series, spans (of unit window or trace), session, silence, drift and resource must be there");
    }

    private void CompareWindow()
    {
        var times = Times();
        if (times.Count == 0) throw new FormatException("the window holds no event");
        _comparison.Compare("window.eventCount", evidence.Window.EventCount, times.Count);
        _comparison.Compare("window.firstTimeUnixNano", evidence.Window.FirstTimeUnixNano, Comparison.Text(times.Min()));
        _comparison.Compare("window.lastTimeUnixNano", evidence.Window.LastTimeUnixNano, Comparison.Text(times.Max()));
    }

    private List<ulong> Times()
    {
        ReadOnlySpan<byte> events = evidence.Window.Events;
        var times = new List<ulong>();
        if (evidence.Spans is { Unit: EvidenceSpans.Trace })
        {
            while (!events.IsEmpty) times.Add(SpanFacts.Load(ref events).Start);
            return times;
        }
        if (evidence.Spans is not null) return [.. SpanRow.ReadAll(events).Select(row => row.Facts.Start)];
        var reader = new EventReader(evidence.Series is null ? Signal.Logs : Signal.Metrics, events);
        while (reader.Next(out var view)) times.Add(view.TimeUnixNano);
        return times;
    }

    private double Series(EvidenceSeries series)
    {
        var window = evidence.Window;
        var proof = SeriesProof.Of(series, window.Events, window.WindowEvents, CompressionPanel.SeedOf(evidence), Encoding.UTF8.GetBytes(evidence.Stream.Name), new LocalTime(evidence.Configuration));
        _comparison.Compare("series.points", series.Points, window.FirstEvent);
        _comparison.Compare(evidence.Calibration, proof.Calibration);
        _comparison.Compare(evidence.Explanation, proof.Explanation);
        return proof.Calibration.PValue;
    }

    private void Decide(double p) => Decide(p, AlarmBudget.EValue(p));

    private void Decide(double p, double eValue)
    {
        var stated = evidence.Budget;
        var threshold = AlarmBudget.Threshold(evidence.Configuration.FalseDiscoveryRate, stated.RejectionsBefore);
        _comparison.Compare("budget.procedure", stated.Procedure, AlarmBudget.Procedure);
        _comparison.Compare("budget.level", stated.Level, evidence.Configuration.FalseDiscoveryRate);
        _comparison.Compare("budget.epoch", stated.Epoch, AlarmBudget.Epoch);
        _comparison.Compare("budget.severityFloor", stated.SeverityFloor, WindowRanking.SeverityFloor);
        _comparison.Compare("budget.pValue", stated.PValue, p);
        _comparison.Compare("budget.eValue", stated.EValue, eValue);
        _comparison.Compare("budget.threshold", stated.Threshold, threshold);
        _comparison.Compare("budget.rejected", stated.Rejected, eValue >= threshold);
        _comparison.Compare("budget.testsAfter", stated.TestsAfter, stated.TestsBefore + 1);
        var ends = (stated.TestsBefore + 1) % AlarmBudget.Epoch == 0;
        _comparison.Compare("budget.rejectionsAfter", stated.RejectionsAfter, ends ? 0 : stated.RejectionsBefore + (eValue >= threshold ? 1 : 0));
    }
}
