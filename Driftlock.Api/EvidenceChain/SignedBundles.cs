using Driftlock.Api.Anomalies;
using Driftlock.Cbad;
using Driftlock.Storage;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.EvidenceChain;

/// <summary>Evidence with its signature: the bytes that the engine wrote, the signature put where it left room for it.</summary>
public sealed class SignedBundles(DriftlockContext database, AnomalyQueries anomalies)
{
    /// <summary>Null when the tenant has no such anomaly. One that was found before there were signatures stays as it is.</summary>
    public async Task<byte[]?> FindAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        if (await anomalies.EvidenceAsync(tenant, id, cancellationToken) is not { } evidence) return null;
        var link = await database.EvidenceChain.AsNoTracking().Where(link => link.TenantId == tenant && link.AnomalyId == id)
            .Select(link => new { link.KeyId, link.BundleSignature }).SingleOrDefaultAsync(cancellationToken);
        return link is null ? evidence : EvidenceJson.Sign(evidence, new EvidenceSignature(EvidenceSignature.EcdsaP256Sha256, link.KeyId, link.BundleSignature));
    }
}
