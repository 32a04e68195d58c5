using System.Globalization;
using Driftlock.Api.Anomalies;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Exports;

/// <summary>Which anomalies: as the list's filters, all of which must hold; none: all of the tenant.</summary>
public sealed record ExportFilter(
    string? Stream, string? Service, Signal? Signal, Severity? Severity, AnomalyStatus? Status, double? MinScore, double? MaxP,
    DateTimeOffset? From, DateTimeOffset? To, string? Text)
{
    /// <summary>The list's own, so that both find the same.</summary>
    internal AnomalyFilter ToList() => new(
        Stream, Service, Signal?.ToString(), Severity?.ToString(), Status?.ToString(), MinScore?.ToString("R", CultureInfo.InvariantCulture),
        MaxP?.ToString("R", CultureInfo.InvariantCulture), From?.ToString("O"), To?.ToString("O"), Text, null, null, null);
}

/// <param name="Format">ndjson (a JSON object a line) or csv.</param>
/// <param name="Evidence">Whether each line carries its signed evidence bundle, for `driftlock verify`; ndjson only.</param>
public sealed record NewExport(ExportFormat? Format, bool? Evidence, ExportFilter? Filter);

/// <param name="Bytes">Of the file, so far; whole when the status is done.</param>
/// <param name="Rows">Anomalies in it.</param>
/// <param name="ExpiresAt">Then the file is deleted.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ExportDetail(
    Guid Id, ExportFormat Format, bool Evidence, ExportFilter? Filter, ExportStatus Status, long Rows, long Bytes,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? FinishedAt, DateTimeOffset ExpiresAt, string? Error);

public sealed record ExportList(IReadOnlyList<ExportDetail> Items);

/// <summary>A line of an export: what the list says, what people did, and the evidence if it was asked for.</summary>
public sealed record ExportedAnomaly(
    string Id, string StreamId, Signal Signal, string Service, string Stream, Severity Severity, AnomalyStatus Status, double Score,
    double PValue, double ExcessBits, double AffectedShare, string Why, string CostliestLine, int EventCount,
    DateTimeOffset FirstEventTime, DateTimeOffset LastEventTime, DateTimeOffset DetectedAt, long Sequence, string? TraceId, string? IncidentId,
    string? Notes, DateTimeOffset? StatusChangedAt, string? StatusChangedBy, string EvidenceHash)
{
    internal static ExportedAnomaly Of(Anomaly a) => new(
        a.Id, new StreamId((ulong)a.StreamId).ToString(), (Signal)a.Signal, a.Service, a.StreamName, a.Severity, a.Status, a.Score, a.PValue,
        a.ExcessBits, a.AffectedShare, a.Why, a.CostliestLine, a.EventCount, a.FirstEventTime, a.LastEventTime, a.DetectedAt, a.Sequence,
        a.TraceId, a.IncidentId, a.Notes, a.StatusChangedAt, a.StatusChangedBy, a.EvidenceHash);
}
