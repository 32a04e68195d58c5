using Driftlock.Cbad;

namespace Driftlock.Cli.Verify;

/// <summary>A chain of evidence put together from its stretches, and what is wrong with it.</summary>
internal sealed class EvidenceChain
{
    private readonly Dictionary<string, EvidenceLink> _byAnomaly = [];
    private readonly HashSet<string> _hashes = [];

    /// <param name="stretches">At least one, in any order.</param>
    /// <param name="keys">That may have signed; null: signatures are not checked.</param>
    public EvidenceChain(IReadOnlyList<EvidenceLinks> stretches, EvidenceKeys? keys)
    {
        var tenant = stretches[0].Tenant;
        if (stretches.Any(stretch => stretch.Tenant != tenant)) Problem = "the chains are of different tenants";
        EvidenceLink? before = null;
        foreach (var link in stretches.SelectMany(stretch => stretch.Items).OrderBy(link => link.Position))
        {
            Problem ??= link.ProblemAfter(tenant, before, keys);
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
        : link.ProblemWith(contentHash);
}
