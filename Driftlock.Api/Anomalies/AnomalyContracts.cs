using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Anomalies;

/// <summary>An anomaly on a list.</summary>
/// <param name="Id">partition-offset-ordinal.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="PValue">Valid on its own; whether it became an alarm was decided by the error budget over all streams.</param>
/// <param name="ExcessBits">Bits above what the stream's windows usually cost.</param>
/// <param name="AffectedShare">0 to 1.</param>
/// <param name="Sequence">Rises in the order of detection; Last-Event-ID of the live stream.</param>
public sealed record AnomalySummary(
    string Id, string StreamId, Signal Signal, string Service, string Stream, Severity Severity, AnomalyStatus Status, double Score,
    double PValue, double ExcessBits, double AffectedShare, string Why, string CostliestLine, int EventCount,
    DateTimeOffset FirstEventTime, DateTimeOffset LastEventTime, DateTimeOffset DetectedAt, long Sequence);

public sealed record AnomalyPage(IReadOnlyList<AnomalySummary> Items, string? NextCursor);

/// <param name="Explanation">As in the evidence.</param>
/// <param name="Calibration">As in the evidence: what the window was ranked among.</param>
/// <param name="Budget">As in the evidence: the error budget before and after.</param>
/// <param name="EvidenceHash">The bundle's content hash, which is signed and stands in the chain.</param>
/// <param name="Related">Other anomalies of the service within an hour, at most 10.</param>
public sealed record AnomalyDetail(
    string Id, string StreamId, Signal Signal, string Service, string Stream, Severity Severity, AnomalyStatus Status, double Score,
    double PValue, double ExcessBits, double AffectedShare, string Why, string CostliestLine, int EventCount,
    DateTimeOffset FirstEventTime, DateTimeOffset LastEventTime, DateTimeOffset DetectedAt, long Sequence,
    JsonElement Explanation, JsonElement Calibration, JsonElement Budget, string? Notes, DateTimeOffset? StatusChangedAt,
    string? StatusChangedBy, string EvidenceHash, IReadOnlyList<AnomalySummary> Related);

public sealed record StatusChange(AnomalyStatus? Status, string? Notes);
