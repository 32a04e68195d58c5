namespace Driftlock.Web.ApiClient;

/// <summary>A baseline that is frozen on purpose: what slow drift is judged against.</summary>
public sealed record Anchor
{
    /// <summary>What the number is.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Values of a block.</summary>
    public long BlockEvents { get; init; }

    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }

    /// <summary>Of the blocks, in their order.</summary>
    public IReadOnlyList<double> Means { get; init; } = [];

    public DateTimeOffset PinnedAt { get; init; }

    /// <summary>Somebody pinned it; otherwise it settled by itself.</summary>
    public bool ByHand { get; init; }

    public DateTimeOffset? SupersededAt { get; init; }

    /// <summary>Somebody gave it up; otherwise its drift was told.</summary>
    public bool? SupersededByHand { get; init; }
}

/// <summary>A stream's anchors (<c>GET /api/v1/streams/{id}/anchor</c>).</summary>
public sealed record StreamAnchors
{
    public IReadOnlyList<Anchor> Pinned { get; init; } = [];

    /// <summary>Earlier ones, newest first.</summary>
    public IReadOnlyList<Anchor> History { get; init; } = [];
}

/// <summary>Body of pinning and superseding.</summary>
internal sealed record AnchorRequest(string? Reason);

/// <summary>What was asked of an anchor stands in the log from this offset on.</summary>
public sealed record AcceptedAnchor(string StreamId, string Action, int Partition, long Offset);
