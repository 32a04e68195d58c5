namespace Driftlock.Cbad.Proof;

/// <summary>The part of a flagged window's evidence that depends on the kind of its stream.</summary>
/// <param name="Model">Logs only.</param>
/// <param name="Series">Metrics only.</param>
/// <param name="Spans">Traces only.</param>
/// <param name="Events">The window's events as judged.</param>
/// <param name="WindowEvents">Events that close a window of this stream.</param>
/// <param name="Calibration">How the p-value came about.</param>
/// <param name="Explanation">What people read.</param>
internal sealed record WindowProof(
    EvidenceModel? Model, EvidenceSeries? Series, EvidenceSpans? Spans, byte[] Events, int WindowEvents, EvidenceCalibration Calibration, Explanation Explanation)
{
    /// <summary>Only where a service fell silent.</summary>
    public EvidenceSilence? Silence { get; init; }

    /// <summary>Only where a number drifted.</summary>
    public EvidenceDrift? Drift { get; init; }

    /// <summary>Only where a row of metrics was judged.</summary>
    public EvidenceResource? Resource { get; init; }

    /// <summary>Only of a session of log records.</summary>
    public EvidenceSession? Session { get; init; }
}
