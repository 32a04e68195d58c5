using System.Security.Cryptography;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.EvidenceChain;

/// <summary>What `driftlock verify` says of a bundle, its key and its chain, said in place. Always of one tenant.</summary>
public sealed class EvidenceVerification(DriftlockContext database, SignedBundles bundles, Recomputations recomputations)
{
    private const int MostDifferences = 50;
    private const int MostNotes = 20;
    private const int LongestText = 200;

    /// <exception cref="RecomputationsBusyException">No turn came in time.</exception>
    /// <returns>Null when the tenant has no such anomaly.</returns>
    public async Task<AnomalyVerification?> RunAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        if (await ReportAsync(tenant, id, cancellationToken) is not { } report) return null;
        var links = database.EvidenceChain.AsNoTracking().Where(link => link.TenantId == tenant);
        var row = await links.SingleOrDefaultAsync(link => link.AnomalyId == id, cancellationToken);
        var key = row is null ? null : await database.SigningKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == row.KeyId, cancellationToken);
        using var keys = KeysOf(key);
        var signature = SignatureOf(report.Evidence, row, key, keys);
        var chain = await ChainAsync(tenant, report.Evidence, row, links, keys, cancellationToken);
        return new AnomalyVerification(
            id, report.Verified && signature.State == SignatureState.Valid && chain.State == ChainState.Linked, Shortened(report), signature, chain, report.Evidence?.ContentHash);
    }

    /// <summary>What the store no longer gives as it was written differs as well.</summary>
    private async Task<VerificationReport?> ReportAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        byte[]? bundle;
        try
        {
            bundle = await bundles.FindAsync(tenant, id, cancellationToken);
        }
        catch (Exception failure) when (failure is CryptographicException or InvalidDataException or FormatException)
        {
            return new VerificationReport(null, [new VerificationDifference("bundle", "as it was stored", failure.Message)], []);
        }
        return bundle is null ? null : await recomputations.RunAsync(bundle, cancellationToken) ?? throw new RecomputationsBusyException();
    }

    private static EvidenceKeys KeysOf(SigningKey? key)
    {
        var keys = new EvidenceKeys();
        try
        {
            if (key is not null) keys.Add(PemEncoding.WriteString("PUBLIC KEY", key.PublicKey));
        }
        catch (FormatException)
        {
            // Altered in the store: then it is none that anybody has signed with.
        }
        return keys;
    }

    private static SignatureResult SignatureOf(Evidence? evidence, EvidenceChainRow? row, SigningKey? key, EvidenceKeys keys)
    {
        if (row is null) return new SignatureResult(SignatureState.Missing, null, null, null, null);
        var state = !keys.Knows(row.KeyId) ? SignatureState.UnknownKey
            : evidence?.Signature is { } signature && keys.Problem(signature, evidence.ContentHash) is null ? SignatureState.Valid
            : SignatureState.Invalid;
        return new SignatureResult(state, EvidenceSignature.EcdsaP256Sha256, row.KeyId, key?.CreatedAt, key?.RetiredAt);
    }

    private static async Task<ChainResult> ChainAsync(
        int tenant, Evidence? evidence, EvidenceChainRow? row, IQueryable<EvidenceChainRow> links, EvidenceKeys keys, CancellationToken cancellationToken)
    {
        var length = await links.MaxAsync(link => (long?)link.Position, cancellationToken) ?? 0;
        if (row is null) return new ChainResult(ChainState.Missing, "no link of the chain names this anomaly", null, length, null, null);
        var before = await links.Where(link => link.Position < row.Position).OrderByDescending(link => link.Position).FirstOrDefaultAsync(cancellationToken);
        var after = await links.Where(link => link.Position > row.Position).OrderBy(link => link.Position).FirstOrDefaultAsync(cancellationToken);
        var problem = LinkOf(row).ProblemBetween(tenant, before is null ? null : LinkOf(before), after is null ? null : LinkOf(after), keys)
            ?? (evidence is null ? "the bundle that it names cannot be read" : LinkOf(row).ProblemWith(evidence.ContentHash));
        return new ChainResult(problem is null ? ChainState.Linked : ChainState.Broken, problem, row.Position, length, row.PreviousHash, row.Hash);
    }

    private static EvidenceLink LinkOf(EvidenceChainRow row) =>
        new(row.Position, row.AnomalyId, row.ContentHash, row.PreviousHash, row.Hash, row.KeyId, row.Signature);

    private static RecomputationResult Shortened(VerificationReport report) => new(
        report.Verified,
        [.. report.Differences.Take(MostDifferences).Select(difference => new VerificationDifference(Cut(difference.What), Cut(difference.Stated), Cut(difference.Recomputed)))],
        [.. report.Notes.Take(MostNotes).Select(Cut)]);

    private static string Cut(string text) => TextStart.Of(text, LongestText);
}

/// <summary>As many recomputations run as may.</summary>
public sealed class RecomputationsBusyException() : Exception("other anomalies are being verified; try again in some seconds");
