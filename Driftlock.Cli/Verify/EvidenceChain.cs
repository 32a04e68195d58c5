using System.Globalization;
using Driftlock.Cbad;

namespace Driftlock.Cli.Verify;

/// <summary>A chain of evidence put together from its stretches, and what is wrong with it.</summary>
internal sealed class EvidenceChain
{
    private readonly Dictionary<string, EvidenceLink> _byAnomaly = [];
    private readonly HashSet<string> _hashes = [];

    /// <param name="stretches">At least one, in any order.</param>
    /// <param name="keys">Empty: signatures are not checked.</param>
    public EvidenceChain(IReadOnlyList<EvidenceLinks> stretches, VerificationKeys keys)
    {
        var tenant = stretches[0].Tenant;
        if (stretches.Any(stretch => stretch.Tenant != tenant)) Problem = "the chains are of different tenants";
        EvidenceLink? before = null;
        foreach (var link in stretches.SelectMany(stretch => stretch.Items).OrderBy(link => link.Position))
        {
            Problem ??= ProblemOf(tenant, link, before, keys);
            First = before is null ? link.Position : First;
            _byAnomaly[link.AnomalyId] = link;
            _hashes.Add(link.Hash);
            before = link;
        }
        (Last, Head) = before is null ? (0, EvidenceLink.NoHash) : (before.Position, before.Hash);
    }

    /// <summary>The first thing that is wrong; null when every link follows from the one before.</summary>
    public string? Problem { get; }

    public long First { get; }

    public long Last { get; }

    public string Head { get; }

    public int Count => _hashes.Count;

    public bool Contains(string hash) => _hashes.Contains(hash);

    public string? ProblemOf(string anomalyId, string contentHash) =>
        !_byAnomaly.TryGetValue(anomalyId, out var link) ? $"the anomaly {anomalyId} does not stand in the chain that was given"
        : link.ContentHash != contentHash ? $"the chain names another bundle for the anomaly {anomalyId}: {link.ContentHash}"
        : null;

    private static string? ProblemOf(int tenant, EvidenceLink link, EvidenceLink? before, VerificationKeys keys)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"position {link.Position}");
        if (before is not null && link.Position != before.Position + 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(link.Position == before.Position ? "two links at" : "links are missing before")} {where}");
        }
        // A stretch may begin anywhere; the whole chain begins with no hash.
        var previous = before?.Hash ?? (link.Position == 1 ? EvidenceLink.NoHash : link.PreviousHash);
        if (link.PreviousHash != previous) return $"{where} does not name the link before it";
        if (link.Hash != EvidenceLink.HashOf(tenant, link.Position, link.AnomalyId, link.ContentHash, link.PreviousHash)) return $"the link at {where} was altered";
        return keys.IsEmpty ? null : keys.Problem(link.KeyId, link.Hash, link.Signature) is { } problem ? $"{where}: {problem}" : null;
    }
}
