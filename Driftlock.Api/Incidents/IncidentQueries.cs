using System.Text.Json;
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
                change.At, "change", Words(change.Action, change.After, change.Target == id ? "incident" : $"anomaly {change.Target}"), change.Target == id ? null : change.Target, null, change.ActorName)));
        return new IncidentDetail(View(row), found, [.. steps.OrderBy(step => step.At)]);
    }

    /// <summary>A change of status in words, such as "incident acknowledged"; any other as it stands in the audit log.</summary>
    private static string Words(string action, string? after, string subject)
    {
        if (action is not ("incident.status" or "anomaly.status") || after is null) return $"{action} {after}".TrimEnd();
        var status = JsonElement.Parse(after).TryGetProperty("status", out var named) ? named.ToString() : after;
        return $"{subject} {(status switch { "open" => "opened again", "dismissed" => "marked as a false positive", _ => status })}";
    }

    public static IncidentSummary View(Incident row) => new(
        row.Id, row.Title, row.Services, row.Severity, row.Status, row.Anomalies, row.StartedAt, row.EndedAt, row.StatusChangedAt, row.StatusChangedBy);
}
