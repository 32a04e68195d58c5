using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Signing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Api.EvidenceChain;

/// <param name="KeyId">That signs from now on.</param>
public sealed record RotatedKey(string KeyId);

public static class SigningKeyEndpoints
{
    public static void MapSigningKeys(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/admin/signing-keys/rotate", RotateAsync).RequireAuthorization(Policies.Operate).WithTags("Admin")
            .WithSummary("Sign evidence with a new key from now on; what the old one signed stays valid");

    private static async Task<Ok<RotatedKey>> RotateAsync(
        Caller caller, DriftlockContext database, AuditedChange change, KeyRingSource keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        return TypedResults.Ok(await change.RunAsync<RotatedKey>(caller, async cancellation =>
        {
            var id = await SigningKeys.RotateAsync((NpgsqlConnection)database.Database.GetDbConnection(), ring, time.GetUtcNow(), cancellation);
            return new(new RotatedKey(id), AuditRecord.Of("signing-key.rotate", id, null, new { id }));
        }, cancellationToken));
    }
}
