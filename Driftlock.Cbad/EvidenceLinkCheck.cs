using System.Globalization;

namespace Driftlock.Cbad;

/// <summary>What is wrong with a link of a chain of evidence, in words; null where nothing is.</summary>
public static class EvidenceLinkCheck
{
    /// <param name="link">The link to check.</param>
    /// <param name="tenant">Part of every hash.</param>
    /// <param name="before">The link that comes before; null where a stretch begins, which may be anywhere.</param>
    /// <param name="keys">That may have signed; null: signatures are not checked.</param>
    public static string? ProblemAfter(this EvidenceLink link, int tenant, EvidenceLink? before, EvidenceKeys? keys)
    {
        ArgumentNullException.ThrowIfNull(link);
        var where = Where(link);
        if (before is not null && link.Position != before.Position + 1) return $"{(link.Position == before.Position ? "two links at" : "links are missing before")} {where}";
        // The whole chain begins with no hash.
        var previous = before?.Hash ?? (link.Position == 1 ? EvidenceLink.NoHash : link.PreviousHash);
        if (link.PreviousHash != previous) return $"{where} does not name the link before it";
        if (link.Hash != EvidenceLink.HashOf(tenant, link.Position, link.AnomalyId, link.ContentHash, link.PreviousHash)) return $"the link at {where} was altered";
        return keys?.Problem(link.KeyId, link.Hash, link.Signature) is { } problem ? $"{where}: {problem}" : null;
    }

    /// <summary>The same of a link in its place in the whole chain.</summary>
    /// <param name="link">The link to check.</param>
    /// <param name="tenant">Part of every hash.</param>
    /// <param name="before">The nearest one that comes before; null where there is none.</param>
    /// <param name="after">The nearest one that comes after; null where there is none.</param>
    /// <param name="keys">That may have signed.</param>
    public static string? ProblemBetween(this EvidenceLink link, int tenant, EvidenceLink? before, EvidenceLink? after, EvidenceKeys keys)
    {
        ArgumentNullException.ThrowIfNull(link);
        // What comes before the first is nothing: of another than the first, something is missing then.
        before ??= link.Position == 1 ? null : new EvidenceLink(0, "", "", "", EvidenceLink.NoHash, "", []);
        if (link.ProblemAfter(tenant, before, keys) is { } problem) return problem;
        if (after is null) return null;
        return after.Position != link.Position + 1 ? $"links are missing before {Where(after)}"
            : after.PreviousHash != link.Hash ? $"{Where(after)} does not name the link before it"
            : null;
    }

    /// <param name="link">Of the bundle's anomaly.</param>
    /// <param name="contentHash">Of the bundle.</param>
    public static string? ProblemWith(this EvidenceLink link, string contentHash)
    {
        ArgumentNullException.ThrowIfNull(link);
        return link.ContentHash == contentHash ? null : $"the chain names another bundle for the anomaly {link.AnomalyId}: {link.ContentHash}";
    }

    private static string Where(EvidenceLink link) => string.Create(CultureInfo.InvariantCulture, $"position {link.Position}");
}
