using Driftlock.Api.Auth;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Streams;

/// <param name="StreamId">Parsed.</param>
/// <param name="Row">As stored.</param>
public sealed record StreamOfTenant(StreamId StreamId, StreamRow Row);

/// <summary>Finds a stream of the caller's tenant by the id in an address.</summary>
public sealed class StreamLookup(DriftlockContext database)
{
    /// <returns>Null when it is no id, or of no stream of the tenant.</returns>
    public async Task<StreamOfTenant?> FindAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (!StreamId.TryParse(id, out var parsed)) return null;
        var value = (long)parsed.Value;
        var row = await database.Streams.AsNoTracking().SingleOrDefaultAsync(stream => stream.TenantId == caller.TenantId && stream.Id == value, cancellationToken);
        return row is null ? null : new StreamOfTenant(parsed, row);
    }
}
