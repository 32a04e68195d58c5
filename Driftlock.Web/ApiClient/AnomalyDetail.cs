namespace Driftlock.Web.ApiClient;

/// <summary>One anomaly with everything that explains it (<c>GET /api/v1/anomalies/{id}</c>).</summary>
public sealed record AnomalyDetail : AnomalySummary
{
    public Explanation? Explanation { get; init; }
    public Calibration? Calibration { get; init; }
    public Budget? Budget { get; init; }
    public string? Notes { get; init; }
    public DateTimeOffset? StatusChangedAt { get; init; }
    public string? StatusChangedBy { get; init; }

    /// <summary>SHA-256, hex, of the evidence's canonical bytes.</summary>
    public string? EvidenceHash { get; init; }

    /// <summary>Anomalies of the same service within an hour, at most 10.</summary>
    public IReadOnlyList<AnomalySummary> Related { get; init; } = [];
}

/// <summary>What the window cost and why.</summary>
public sealed record Explanation
{
    /// <summary>What was judged: window, trace, session, drift, silence or resource.</summary>
    public string? Unit { get; init; }

    public string Why { get; init; } = "";
    public double? ExcessBits { get; init; }
    public double? TotalBits { get; init; }
    public double? AffectedShare { get; init; }
    public IReadOnlyList<ExplainedLine> Lines { get; init; } = [];

    /// <summary>Indexes into <see cref="Lines"/>, most costly first, at most 5.</summary>
    public IReadOnlyList<int> Costliest { get; init; } = [];

    public IReadOnlyList<NearestNormal> NearestNormals { get; init; } = [];
    public Compression? Compression { get; init; }

    /// <summary>Logs only.</summary>
    public IReadOnlyList<Influencer>? Influencers { get; init; }

    /// <summary>Metrics only.</summary>
    public SeriesExplanation? Series { get; init; }

    /// <summary>Sessions only.</summary>
    public ExplainedSession? Session { get; init; }
}

/// <summary>What was unusual in the numbers of a session.</summary>
public sealed record ExplainedSession
{
    /// <summary>Past sessions of the stream.</summary>
    public long Sessions { get; init; }

    /// <summary>Dearest first.</summary>
    public IReadOnlyList<UnusualStep> Counts { get; init; } = [];
}

/// <summary>A kind of line that a session has unusually often, or not at all.</summary>
/// <param name="Text">A line of it; null where none was kept.</param>
/// <param name="Count">How often the session has it.</param>
/// <param name="Usual">How often most sessions have it.</param>
/// <param name="UsualShare">The share of past sessions that have it so often.</param>
public sealed record UnusualStep(string? Text, int Count, int Usual, double UsualShare);

/// <summary>An attribute that the lines that stand out carry and the others do not.</summary>
/// <param name="Key">Of the attribute.</param>
/// <param name="Value">Of the attribute.</param>
/// <param name="Selected">Lines that stand out and carry it.</param>
/// <param name="OfSelected">Lines that stand out.</param>
/// <param name="Rest">Other lines of the window that carry it.</param>
/// <param name="OfRest">Other lines of the window.</param>
public sealed record Influencer(string Key, string Value, int Selected, int OfSelected, int Rest, int OfRest);

/// <summary>What was expected of a metric and what came.</summary>
public sealed record SeriesExplanation
{
    public string Unit { get; init; } = "";

    /// <summary>What is odd.</summary>
    public string? Family { get; init; }

    public double Low { get; init; }
    public double High { get; init; }

    /// <summary>Where another level began; null where none did.</summary>
    public string? ChangeTimeUnixNano { get; init; }

    public IReadOnlyList<FamilyBits> Families { get; init; } = [];

    /// <summary>Oldest first; those of the window carry bits.</summary>
    public IReadOnlyList<SeriesPoint> Points { get; init; } = [];
}

/// <param name="Family">What is odd.</param>
/// <param name="Bits">How odd.</param>
public sealed record FamilyBits(string Family, double Bits);

public sealed record SeriesPoint
{
    public string TimeUnixNano { get; init; } = "";
    public double? Value { get; init; }
    public double? Bits { get; init; }
}

/// <summary>One line of the judged window.</summary>
public sealed record ExplainedLine
{
    /// <summary>0-based, within the window.</summary>
    public int Index { get; init; }

    /// <summary>0-based, within the stream.</summary>
    public long Event { get; init; }

    /// <summary>Nanoseconds since 1970, as text: it does not fit a double.</summary>
    public string TimeUnixNano { get; init; } = "";

    public string? Severity { get; init; }
    public string Text { get; init; } = "";
    public double Bits { get; init; }
    public double? ExpectedBits { get; init; }
    public bool IsNew { get; init; }

    /// <summary>Only the tokens that carry bits.</summary>
    public IReadOnlyList<CostlyToken> Tokens { get; init; } = [];

    /// <summary>What usually stands here, most frequent first.</summary>
    public IReadOnlyList<ExpectedText> Expected { get; init; } = [];
}

/// <param name="Start">UTF-16 offset into the line's text.</param>
/// <param name="Length">UTF-16 code units.</param>
/// <param name="Bits">What this token cost.</param>
public sealed record CostlyToken(int Start, int Length, double Bits);

/// <param name="Text">What usually stands there.</param>
/// <param name="Share">0-1.</param>
public sealed record ExpectedText(string Text, double Share);

/// <summary>A normal window of the same stream that resembles the flagged one most.</summary>
public sealed record NearestNormal
{
    public long FirstEvent { get; init; }

    /// <summary>0 the same, 1 nothing in common.</summary>
    public double? Distance { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>A second opinion from a real codec against normal windows of the same size.</summary>
public sealed record Compression
{
    public string Codec { get; init; } = "";
    public string? CodecVersion { get; init; }
    public double? Quality { get; init; }

    /// <summary>Normalised compression distance of this window to its baseline, 0-1.</summary>
    public double? Ncd { get; init; }

    /// <summary>The same for normal windows of the same size.</summary>
    public double? NcdNormal { get; init; }

    /// <summary>Bytes that the window adds to its baseline over the bytes it needs alone.</summary>
    public double? ConditionalNovelty { get; init; }

    public double? DeltaBits { get; init; }

    /// <summary>Raw bytes over compressed bytes.</summary>
    public double? RatioWindow { get; init; }

    public double? RatioBaseline { get; init; }
    public double? BytesBaseline { get; init; }
    public double? BytesWindow { get; init; }
    public double? BytesBoth { get; init; }
    public int? Permutations { get; init; }
    public double? PermutationPValue { get; init; }
}
