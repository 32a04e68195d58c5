namespace Driftlock.Web.ApiClient;

/// <summary>How the p-value came about.</summary>
public sealed record Calibration
{
    public double? PValue { get; init; }

    /// <summary>Normal windows of this stream that the window was ranked among.</summary>
    public long? Windows { get; init; }

    /// <summary>Whether the p-value lies beyond the ranks and comes from the fitted tail.</summary>
    public bool Extrapolated { get; init; }

    public IReadOnlyList<RankedStatistic> Statistics { get; init; } = [];
}

/// <summary>One figure of the window among the same figure of normal windows.</summary>
public sealed record RankedStatistic
{
    public string Name { get; init; } = "";
    public string? Label { get; init; }
    public double Value { get; init; }
    public double? PValue { get; init; }
    public double? Weight { get; init; }

    /// <summary>The highest of the scores it was ranked among, descending, capped.</summary>
    public IReadOnlyList<double> Scores { get; init; } = [];

    /// <summary>How many scores there are in all.</summary>
    public long? Count { get; init; }

    /// <summary>How many of all scores are at least as high as <see cref="Value"/>.</summary>
    public long? AtLeast { get; init; }
}

/// <summary>The decision: many tests share one rate of false alarms.</summary>
public sealed record Budget
{
    public string? Procedure { get; init; }

    /// <summary>The false-discovery rate that the user set, 0-1.</summary>
    public double? Level { get; init; }

    /// <summary>Windows after which the budget begins anew.</summary>
    public long? Epoch { get; init; }

    public long? TestsBefore { get; init; }

    /// <summary>Alarms of the epoch before this window.</summary>
    public long? RejectionsBefore { get; init; }

    public long? TestsAfter { get; init; }
    public long? RejectionsAfter { get; init; }

    /// <summary>What <see cref="EValue"/> had to reach.</summary>
    public double? Threshold { get; init; }

    /// <summary>The evidence against a normal window; at most 1 on average where the window is normal.</summary>
    public double? EValue { get; init; }
    public bool? Rejected { get; init; }
}
