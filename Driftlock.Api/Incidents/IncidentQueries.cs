using Driftlock.Api.Anomalies;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Incidents;

/// <summary>Reads an incident with what belongs to it, always of one tenant.</summary>
public sealed class IncidentQueries(DriftlockContext database, AnomalyQueries anomalies)
{
    private const int MostSteps = 500;

    /// <summary>Null when the tenant has no such incident.</summary>
    public async Task<IncidentDetail?> FindAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        var row = await database.Incidents.AsNoTracking().SingleOrDefaultAsync(incident => incident.TenantId == tenant && incident.Id == id, cancellationToken);
        if (row is null) return null;
        var found = await AnomalyQueries.ListAsync(
            anomalies.Of(tenant).Where(anomaly => anomaly.IncidentId == id).OrderBy(anomaly => anomaly.Sequence), MostSteps, cancellationToken);
        var targets = found.Select(anomaly => anomaly.Id).Append(id).ToList();
        var changes = await database.AuditLog.AsNoTracking().Where(entry => entry.TenantId == tenant && targets.Contains(entry.Target))
            .OrderByDescending(entry => entry.Position).Take(MostSteps).Select(entry => new { entry.At, entry.Action, entry.Target, entry.ActorName, entry.After })
            .ToListAsync(cancellationToken);
        var steps = found.Select(anomaly => new IncidentStep(anomaly.DetectedAt, "anomaly", anomaly.Why, anomaly.Id, anomaly.Severity, null))
            .Concat(changes.Select(change => new IncidentStep(
                change.At, "change", $"{change.Action} {change.After}".TrimEnd(), change.Target == id ? null : change.Target, null, change.ActorName)));
        return new IncidentDetail(View(row), found, [.. steps.OrderBy(step => step.At)]);
    }

    public static IncidentSummary View(Incident row) => new(
        row.Id, row.Title, row.Services, row.Severity, row.Status, row.Anomalies, row.StartedAt, row.EndedAt, row.StatusChangedAt, row.StatusChangedBy);
}
