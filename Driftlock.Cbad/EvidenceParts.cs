using System.Text.Json.Serialization;

namespace Driftlock.Cbad;

/// <summary>
/// What the stream's model knew, before the window, about every context that the window touched. Counts are flat arrays to keep the
/// bundle small; the tables are those of Logs/.
/// </summary>
public sealed record EvidenceModel
{
    /// <summary>Hash (16 hex digits) of each template of the window that was known before; the others are new.</summary>
    public required IReadOnlyList<string> KnownTemplates { get; init; }

    /// <summary>Those of <see cref="KnownTemplates"/> whose first line was declared an error.</summary>
    public required IReadOnlyList<string> ErrorTemplates { get; init; }

    /// <summary>Hash of each kind of record of the window that was known before, and how many events were of it.</summary>
    public required IReadOnlyList<EvidenceKind> Kinds { get; init; }

    /// <summary>Events and distinct kinds of record before the window.</summary>
    public required long KindEvents { get; init; }

    public required int KindCount { get; init; }

    /// <summary>Share of new lines shortly before the window.</summary>
    public required double NewRate { get; init; }

    /// <summary>Templates that came regularly, as known before the window.</summary>
    public required IReadOnlyList<EvidenceRegular> Regular { get; init; }

    /// <summary>Rows of four: context, symbol (65535 = total), count, distinct followers; ascending.</summary>
    public required IReadOnlyList<long> Header { get; init; }

    /// <summary>The same for the content model.</summary>
    public required IReadOnlyList<long> Content { get; init; }

    /// <summary>Entries that templates, kinds, header and content tables had room for.</summary>
    public required IReadOnlyList<int> Free { get; init; }

    /// <summary>Code length of all lines before the window, in bits, and their number: the expected bits of a line.</summary>
    public required double PastBits { get; init; }

    public required long PastLines { get; init; }
}

/// <param name="Hash">16 hex digits.</param>
/// <param name="Events">At least 1.</param>
public sealed record EvidenceKind(string Hash, long Events);

/// <summary>A template that came regularly; places are 0-based numbers of lines in the stream.</summary>
/// <param name="Template">16 hex digits.</param>
/// <param name="First">Where it began to be followed.</param>
/// <param name="Last">Its last line.</param>
/// <param name="Lines">How many there were.</param>
/// <param name="Windows">Windows that held it.</param>
/// <param name="LongestGap">Most lines from one to the next.</param>
public sealed record EvidenceRegular(string Template, long First, long Last, long Lines, int Windows, long LongestGap);

/// <summary>What a metric stream's models knew before the window.</summary>
/// <param name="Kind">Of the data points, such as Gauge or CumulativeSum.</param>
/// <param name="Points">Points before the window.</param>
/// <param name="Channels">One for each number of a point, in order.</param>
public sealed record EvidenceSeries(string Kind, long Points, IReadOnlyList<EvidenceChannel> Channels);

/// <param name="Name">value, rate, mean or percentile95.</param>
/// <param name="State">The whole model, base64 (layout: Series/SeriesModel.Save).</param>
public sealed record EvidenceChannel(string Name, byte[] State);

/// <summary>What was known of the operations of spans before they came.</summary>
/// <param name="Unit">window: spans of one operation, each with its place in its trace. trace: all spans of one trace.</param>
/// <param name="TraceId">32 hex digits; null for a window.</param>
/// <param name="Operations">Those that are judged, and those that callers and callees name.</param>
public sealed record EvidenceSpans(string Unit, string? TraceId, IReadOnlyList<EvidenceOperation> Operations)
{
    public const string Window = "window";
    public const string Trace = "trace";
}

/// <param name="Id">16 hex digits: the operation's stream.</param>
/// <param name="Service">service.name of the resource.</param>
/// <param name="Name">Span name.</param>
/// <param name="State">The whole model, base64 (layout: Traces/SpanModel.Save); empty for one that is only named.</param>
public sealed record EvidenceOperation(string Id, string Service, string Name, byte[] State);

/// <summary>From the last receipt to when the silence was noticed; decimal text.</summary>
/// <param name="LastReceivedUnixNano">When the service was heard last.</param>
/// <param name="NowUnixNano">Of the tick that noticed.</param>
public sealed record EvidenceSilence(string LastReceivedUnixNano, string NowUnixNano)
{
    /// <summary>Set where one metric is missing among others; null where all is silent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceComings? Comings { get; init; }
}

/// <summary>How a metric came in the sendings of its service, which are counted from 0.</summary>
/// <param name="Sendings">So far.</param>
/// <param name="First">Where it began to be followed.</param>
/// <param name="Last">The last that brought it.</param>
/// <param name="Count">That brought it.</param>
/// <param name="Longest">Most from one to the next.</param>
/// <param name="Followed">Metrics of the service that are followed: the p-value is for any of them.</param>
/// <param name="Missing">Those that are missed as much.</param>
public sealed record EvidenceComings(long Sendings, long First, long Last, long Count, long Longest, int Followed, int Missing);

/// <summary>The pinned baseline of one number of a stream, and the blocks of values that came after it.</summary>
/// <param name="Channel">Metrics: value, rate, mean or percentile95. Logs: errors or gap. Traces: failures or duration.</param>
/// <param name="Kind">Of the data points, such as Gauge; empty where it is no metric.</param>
/// <param name="Unit">As the sender gave it; empty where it gave none.</param>
/// <param name="BlockEvents">Values of a block.</param>
/// <param name="AnchorFirstTimeUnixNano">Of the first pinned value, decimal text.</param>
/// <param name="AnchorLastTimeUnixNano">Of the last pinned value.</param>
/// <param name="Anchor">Means of the pinned blocks, oldest first.</param>
/// <param name="BlocksBefore">Blocks between the pinned ones and <paramref name="Blocks"/>.</param>
/// <param name="UpBefore">What those had brought together for a drift upwards.</param>
/// <param name="DownBefore">The same downwards.</param>
/// <param name="Blocks">The newest, oldest first, at most 24.</param>
public sealed record EvidenceDrift(
    string Channel, string Kind, string Unit, long BlockEvents, string AnchorFirstTimeUnixNano, string AnchorLastTimeUnixNano, IReadOnlyList<double> Anchor,
    long BlocksBefore, EvidenceWealth UpBefore, EvidenceWealth DownBefore, IReadOnlyList<EvidenceBlock> Blocks);

/// <summary>State of the bets on a drift in one direction (Drift/DriftProcess).</summary>
/// <param name="Wealth">Of all bets that have begun.</param>
/// <param name="Run">Of the best.</param>
/// <param name="RunBlocks">Blocks that it was placed on.</param>
/// <param name="RunTimeUnixNano">When the first of them began, decimal text.</param>
public sealed record EvidenceWealth(double Wealth, double Run, long RunBlocks, string RunTimeUnixNano);

/// <param name="TimeUnixNano">Of its first value, decimal text.</param>
/// <param name="Mean">Of its values.</param>
public sealed record EvidenceBlock(string TimeUnixNano, double Mean);

/// <summary>What was known of the metrics of a resource before a row of them came, and the row.</summary>
/// <param name="Members">The numbers judged jointly, in order.</param>
/// <param name="State">The whole model and the evidence of the rows before, base64 (layout: Resources/ResourceGroup.SaveModel).</param>
/// <param name="Context">The rows just before, oldest first, at most 24.</param>
/// <param name="Row">That was judged.</param>
public sealed record EvidenceResource(IReadOnlyList<EvidenceMember> Members, byte[] State, IReadOnlyList<EvidenceRow> Context, EvidenceRow Row);

/// <param name="Stream">16 hex digits.</param>
/// <param name="Name">Of the metric, with its attributes.</param>
/// <param name="Channel">value, rate or mean.</param>
/// <param name="IsDistribution">Then a rate is one of measurements.</param>
/// <param name="Unit">As the sender gave it; empty where it gave none.</param>
public sealed record EvidenceMember(string Stream, string Name, string Channel, bool IsDistribution, string Unit);

/// <param name="TimeUnixNano">Decimal text.</param>
/// <param name="Values">One a member; null where nothing came.</param>
public sealed record EvidenceRow(string TimeUnixNano, IReadOnlyList<double?> Values);

/// <summary>How the p-value came about.</summary>
public sealed record EvidenceCalibration
{
    /// <summary>Weighted Bonferroni over the statistics, after the dispersion guard.</summary>
    public required double PValue { get; init; }

    /// <summary>kappa >= 1: p = raw p ^ (1 / kappa); above 1 where the stream's past p-values were too small.</summary>
    public required double Dispersion { get; init; }

    /// <summary>Past windows that the window was ranked among.</summary>
    public required long Windows { get; init; }

    /// <summary>True when the p-value lies beyond what ranks alone can say, on the fitted tail.</summary>
    public required bool Extrapolated { get; init; }

    public required IReadOnlyList<EvidenceStatistic> Statistics { get; init; }
}

/// <summary>One window statistic among those of the stream's past.</summary>
/// <param name="Name">Logs: header, content, severity, errors, repetition or absence. Metrics: evidence, in bits. Traces: those of
/// Traces/SpanWindowScores or Traces/TraceScores. Sessions: evidence, nearest and missing (Sessions/StreamPValue).</param>
/// <param name="Label">For people.</param>
/// <param name="Value">Of this window.</param>
/// <param name="PValue">Of this statistic alone.</param>
/// <param name="Weight">In the weighted Bonferroni combination.</param>
/// <param name="Scores">The largest past values, descending, capped.</param>
/// <param name="Count">Past values in all.</param>
/// <param name="AtLeast">Past values that are at least <paramref name="Value"/>.</param>
/// <param name="Positive">Past values above 0.</param>
public sealed record EvidenceStatistic(
    string Name, string Label, double Value, double PValue, double Weight, IReadOnlyList<double> Scores, long Count, long AtLeast, long Positive);

/// <summary>The online false-discovery-rate decision (docs/STATISTICS.md).</summary>
public sealed record EvidenceBudget
{
    /// <summary>e-lond-epochs: anomaly when eValue >= epoch / (level (1 + rejections of this epoch before)).</summary>
    public required string Procedure { get; init; }

    /// <summary>The configured false discovery rate.</summary>
    public required double Level { get; init; }

    /// <summary>Tests in an epoch.</summary>
    public required int Epoch { get; init; }

    /// <summary>Windows of this tenant and partition judged before, since ever.</summary>
    public required long TestsBefore { get; init; }

    /// <summary>Rejections in this epoch before.</summary>
    public required long RejectionsBefore { get; init; }

    /// <summary>
    /// The p-value that was tested. Logs: from tails that are believed less than those shown (docs/STATISTICS.md); severity by words counts as no
    /// less than <see cref="SeverityFloor"/>. Metrics, traces and sessions: the one shown, but for a row of a resource, whose tail is believed less. Drift: 1 / <see cref="EValue"/>.
    /// </summary>
    public required double PValue { get; init; }

    public required double SeverityFloor { get; init; }

    /// <summary>What the e-value had to reach.</summary>
    public required double Threshold { get; init; }

    public required double EValue { get; init; }

    public required bool Rejected { get; init; }

    public required long TestsAfter { get; init; }

    public required long RejectionsAfter { get; init; }
}
