using System.Security.Cryptography;
using Driftlock.Api.Auth;
using Driftlock.Api.Queries;
using Driftlock.Cbad;
using Driftlock.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.EvidenceChain;

/// <param name="KeyId">First 16 hex digits of the SHA-256 of the SubjectPublicKeyInfo.</param>
/// <param name="Algorithm">ecdsa-p256-sha256.</param>
/// <param name="PublicKey">PEM.</param>
/// <param name="RetiredAt">Since then it signs nothing; what it signed stays valid.</param>
public sealed record PublishedKey(string KeyId, string Algorithm, string PublicKey, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

public sealed record PublishedKeys(IReadOnlyList<PublishedKey> Keys);

public static class EvidenceChainEndpoints
{
    private const int DefaultLimit = 500;
    private const int LargestLimit = 5_000;
    private const int MostKeys = 1_000;

    public static void MapEvidenceChain(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/evidence").WithTags("Evidence");
        // Public keys are for everybody who is shown a bundle.
        group.MapGet("/keys", KeysAsync).AllowAnonymous().WithSummary("The public keys that evidence is signed with, newest first");
        group.MapGet("/chain", ChainAsync).RequireAuthorization(Policies.Read).WithSummary("The tenant's chain of evidence, oldest first, for `driftlock verify`");
    }

    private static async Task<Ok<PublishedKeys>> KeysAsync(DriftlockContext database, CancellationToken cancellationToken)
    {
        var keys = await database.SigningKeys.AsNoTracking().OrderByDescending(key => key.CreatedAt).Take(MostKeys)
            .Select(key => new { key.Id, key.PublicKey, key.CreatedAt, key.RetiredAt }).ToListAsync(cancellationToken);
        return TypedResults.Ok(new PublishedKeys(keys.ConvertAll(key => new PublishedKey(
            key.Id, EvidenceSignature.EcdsaP256Sha256, PemEncoding.WriteString("PUBLIC KEY", key.PublicKey), key.CreatedAt, key.RetiredAt))));
    }

    private static async Task<Results<Ok<EvidenceLinks>, ProblemHttpResult>> ChainAsync(
        string? limit, string? cursor, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, DefaultLimit, LargestLimit, out var count, out var problem)) return problem;
        if (!ListCursor.TryRead(cursor, 0, out var after, out problem)) return problem;
        var links = await database.EvidenceChain.AsNoTracking().Where(link => link.TenantId == caller.TenantId && link.Position > after)
            .OrderBy(link => link.Position).Take(count + 1)
            .Select(link => new EvidenceLink(link.Position, link.AnomalyId, link.ContentHash, link.PreviousHash, link.Hash, link.KeyId, link.Signature))
            .ToListAsync(cancellationToken);
        var more = links.Count > count;
        if (more) links.RemoveAt(count);
        return TypedResults.Ok(new EvidenceLinks(
            EvidenceLinks.CurrentFormat, caller.TenantId, links, more ? ListCursor.After(links[^1].Position) : null));
    }
}
