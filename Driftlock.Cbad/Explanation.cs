namespace Driftlock.Cbad;

/// <summary>What people read: one sentence, the lines that cost bits, what usually stands there, and normal windows to compare with.</summary>
public sealed record Explanation
{
    /// <summary>What was judged (<see cref="JudgedUnit"/>): window, trace, session, drift, silence or resource.</summary>
    public string Unit
    {
        get;

        // Evidence of before this key existed leaves it out, and generated readers then give null.
        init => field = value ?? "window";
    }
    = "window";

    /// <summary>One sentence for the person on call.</summary>
    public required string Why { get; init; }

    /// <summary>low, medium, high or critical (docs/STATISTICS.md has the one map).</summary>
    public required string Severity { get; init; }

    /// <summary>0 to 100, rising with the evidence.</summary>
    public required int Score { get; init; }

    /// <summary>Bits above what lines of this stream usually cost, over the whole window.</summary>
    public required double ExcessBits { get; init; }

    public required double TotalBits { get; init; }

    /// <summary>Share of the window's lines that cost clearly more than usual, 0 to 1.</summary>
    public required double AffectedShare { get; init; }

    public required IReadOnlyList<ExplainedLine> Lines { get; init; }

    /// <summary>Indexes into <see cref="Lines"/>, most costly first, at most 5.</summary>
    public required IReadOnlyList<int> Costliest { get; init; }

    /// <summary>At most three past windows of the stream, nearest first.</summary>
    public required IReadOnlyList<NearestNormal> NearestNormals { get; init; }

    public required CompressionFigures Compression { get; init; }

    /// <summary>Logs: attributes that the lines that stand out carry and the rest of the window does not; null for other signals.</summary>
    public IReadOnlyList<Influencer>? Influencers { get; init; }

    /// <summary>The course of the number that decided; null for logs and traces.</summary>
    public SeriesExplanation? Series { get; init; }

    /// <summary>Of a session of log records; null otherwise.</summary>
    public ExplainedSession? Session { get; init; }
}

/// <summary>An attribute that tells the lines that stand out from the others.</summary>
/// <param name="Key">Of the attribute.</param>
/// <param name="Value">Of the attribute.</param>
/// <param name="Selected">Lines that stand out and carry it.</param>
/// <param name="OfSelected">Lines that stand out.</param>
/// <param name="Rest">Other lines of the window that carry it.</param>
/// <param name="OfRest">Other lines of the window.</param>
public sealed record Influencer(string Key, string Value, int Selected, int OfSelected, int Rest, int OfRest);

/// <summary>What was expected of a metric and what came.</summary>
/// <param name="Channel">value, rate, mean or percentile95.</param>
/// <param name="Unit">As the sender gave it; empty where it gave none.</param>
/// <param name="Family">What is odd: shape, step, rareValue, extreme, timeOfDay, timeOfWeek, level, spread, drift or relation.</param>
/// <param name="Typical">What would have been usual at the deciding point: the hour's mean where the hour decides, else the median.</param>
/// <param name="Low">Lower end of what is usual (19 of 20 points lie between the ends).</param>
/// <param name="High">Upper end.</param>
/// <param name="ChangeTimeUnixNano">Of the first point on a new level, where there is one.</param>
/// <param name="Families">Bits against the deciding point by family, largest first, those above 0.</param>
/// <param name="Points">At most 48 points before the window and those of the window, oldest first.</param>
public sealed record SeriesExplanation(
    string Channel, string Unit, string Family, double Typical, double Low, double High, string? ChangeTimeUnixNano, IReadOnlyList<FamilyBits> Families,
    IReadOnlyList<ExplainedPoint> Points);

/// <param name="Family">As in <see cref="SeriesExplanation"/>.</param>
/// <param name="Bits">Evidence in bits.</param>
public sealed record FamilyBits(string Family, double Bits);

/// <param name="TimeUnixNano">Decimal text.</param>
/// <param name="Value">Null where the point says nothing.</param>
/// <param name="Bits">Evidence against it; null before the window.</param>
public sealed record ExplainedPoint(string TimeUnixNano, double? Value, double? Bits);

/// <summary>One event of the window with its cost.</summary>
public sealed record ExplainedLine
{
    /// <summary>0-based in the window.</summary>
    public required int Index { get; init; }

    /// <summary>0-based in the stream.</summary>
    public required long Event { get; init; }

    public required string TimeUnixNano { get; init; }

    /// <summary>The severity's short name (INFO, ERROR, ...); null when the sender gave none.</summary>
    public required string? Severity { get; init; }

    public required string Text { get; init; }

    public required double Bits { get; init; }

    /// <summary>What lines of this stream cost on average before this window.</summary>
    public required double ExpectedBits { get; init; }

    /// <summary>True when no earlier line had this shape once numbers and identifiers are masked.</summary>
    public required bool IsNew { get; init; }

    /// <summary>The tokens that carry bits.</summary>
    public required IReadOnlyList<TokenBits> Tokens { get; init; }

    public required IReadOnlyList<ExpectedInstead> Expected { get; init; }
}

/// <param name="Start">UTF-16 offset into the line's text.</param>
/// <param name="Length">UTF-16 units.</param>
/// <param name="Bits">Cost of these characters.</param>
public sealed record TokenBits(int Start, int Length, double Bits);

/// <param name="Text">What usually stands here.</param>
/// <param name="Share">Of the past lines, 0 to 1.</param>
public sealed record ExpectedInstead(string Text, double Share);

/// <param name="FirstEvent">0-based in the stream.</param>
/// <param name="Distance">0 (same templates equally often) to 1 (none in common).</param>
/// <param name="Lines">The past window's lines, cut to a length.</param>
public sealed record NearestNormal(long FirstEvent, double Distance, IReadOnlyList<string> Lines);

/// <summary>
/// A second opinion from a real codec, against normal windows of the same size. Sizes in compressed bytes; NaN never occurs (0 where undefined).
/// These figures do not decide; another version of the codec may change them.
/// </summary>
public sealed record CompressionFigures
{
    public required string Codec { get; init; }

    public required string CodecVersion { get; init; }

    public required int Quality { get; init; }

    /// <summary>Normalised compression distance between the baseline block and the window.</summary>
    public required double Ncd { get; init; }

    /// <summary>The same between the baseline block and another normal block of the window's size.</summary>
    public required double NcdNormal { get; init; }

    /// <summary>(C(baseline + window) - C(baseline)) / C(window).</summary>
    public required double ConditionalNovelty { get; init; }

    /// <summary>8 (C(baseline + window) - C(baseline)) less the same for the other normal block.</summary>
    public required double DeltaBits { get; init; }

    public required double RatioWindow { get; init; }

    public required double RatioBaseline { get; init; }

    public required int BytesBaseline { get; init; }

    public required int BytesWindow { get; init; }

    public required int BytesBoth { get; init; }

    public required int Permutations { get; init; }

    public required double PermutationPValue { get; init; }

    /// <summary>Seed of the block permutations, 16 hex digits.</summary>
    public required string Seed { get; init; }
}
