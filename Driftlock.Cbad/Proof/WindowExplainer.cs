using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>The explanation of a flagged window, from its scored lines, its p-value and the past windows it is shown beside.</summary>
internal static class WindowExplainer
{
    /// <summary>Lines, points or spans that are named first.</summary>
    public const int MostCostliest = 5;

    private const int Neighbours = 3;

    /// <summary>What costs this much more than is usual in its stream stands out.</summary>
    public const double StandsOutBits = 12;

    /// <summary>Fewer points or spans are no share of anything.</summary>
    public const int LeastForShare = 5;

    public static Explanation Explain(
        ScoredWindow window, EvidenceModel model, long firstEvent, int deciding, double pValue, IReadOnlyList<NearestNormal> normals, ulong seed)
    {
        var expected = model.PastLines == 0 ? 0 : model.PastBits / model.PastLines;
        var lines = window.Lines.Select((line, index) => LineExplainer.Explain(line, index, firstEvent, expected)).ToArray();
        var weights = Weights(window, deciding);
        int[] costliest =
        [
            .. Enumerable.Range(0, lines.Length)
                .OrderByDescending(i => weights[i]).ThenByDescending(i => window.Lines[i].Score.TotalBits).ThenBy(i => i)
                .Take(MostCostliest),
        ];
        var usual = LineExplainer.Usual(normals);
        foreach (var index in costliest) lines[index] = lines[index] with { Expected = LineExplainer.Expected(lines[index].Text, usual) };
        var affected = Math.Max(1, lines.Count(line => line.Bits > line.ExpectedBits + StandsOutBits));
        // A message costs bits where it is new and not when it comes again; it is the same message.
        var odd = Enumerable.Range(0, lines.Length).Where(i => lines[i].Bits > lines[i].ExpectedBits + StandsOutBits).Select(i => window.Lines[i].Score.Template).ToHashSet();
        var share = affected / (double)lines.Length;
        var total = ScoredWindow.ToBits(window.Bits);
        string[] texts = [.. window.Lines.Select(line => Encoding.UTF8.GetString(PastWindows.LineOf(line.View)))];
        return new Explanation
        {
            Unit = Units.Window,
            Why = deciding == WindowStatistics.AbsenceKind && window.Missing != default
                ? Wording.WhyMissing(window.Missing, TextOf(window.Missing.Hash, normals), model.PastLines + lines.Length, pValue)
                : Wording.Why(lines, costliest[0], RecordText.BodyOf(window.Lines[costliest[0]].View), affected, deciding, weights[costliest[0]], window.Statistics, pValue),
            Severity = Wording.Severity(pValue, share, window.Statistics),
            Score = Wording.Score(pValue),
            ExcessBits = total - (expected * lines.Length),
            TotalBits = total,
            AffectedShare = share,
            Lines = lines,
            Costliest = costliest,
            Influencers = InfluencerRanking.Of(window.Lines, i => odd.Contains(window.Lines[i].Score.Template)),
            NearestNormals = normals,
            Compression = CompressionPanel.Measure(texts, normals, seed),
        };
    }

    /// <summary>The past windows that share most templates with the window, nearest first.</summary>
    public static IReadOnlyList<NearestNormal> Nearest(ScoredWindow window, PastWindows past)
    {
        var own = Histogram(window.Lines.Select(line => PastWindows.LineOf(line.View).ToArray()));
        return
        [
            .. past.Windows.Select(candidate => (candidate.FirstEvent, Lines: candidate.Split()))
                .Select(candidate => (candidate.FirstEvent, candidate.Lines, Distance: Distance(own, Histogram(candidate.Lines))))
                .OrderBy(candidate => candidate.Distance).ThenByDescending(candidate => candidate.FirstEvent).Take(Neighbours)
                .Select(candidate => new NearestNormal(
                    candidate.FirstEvent, candidate.Distance, [.. candidate.Lines.Select(line => Encoding.UTF8.GetString(line))])),
        ];
    }

    // Lines are named by the statistic that decided, so that the first one shown is the one that raised the alarm.
    private static int[] Weights(ScoredWindow window, int deciding)
    {
        if (deciding == WindowStatistics.RepetitionKind)
        {
            ulong[] prints = [.. window.Lines.Select(line => RecentLines.Fingerprint(PastWindows.TextOf(line.View)))];
            return [.. prints.Select(print => prints.Count(other => other == print))];
        }
        return
        [
            .. window.Lines.Select(line => deciding switch
            {
                0 => line.Score.Header,
                1 => line.Score.Foreignness,
                2 => line.Score.Trouble,
                WindowStatistics.ErrorsKind => line.Score.Errors,
                _ => 0,
            }),
        ];
    }

    private static string? TextOf(ulong missing, IReadOnlyList<NearestNormal> normals) =>
        normals.SelectMany(normal => normal.Lines).FirstOrDefault(line => IsOf(missing, Encoding.UTF8.GetBytes(line)));

    private static bool IsOf(ulong missing, byte[] line) =>
        TokenTemplate.Hash(line, 0) == missing || RegularLines.HashOfText(RecentLines.Fingerprint(line)) == missing;

    private static Dictionary<ulong, int> Histogram(IEnumerable<byte[]> lines)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var line in lines)
        {
            var template = TokenTemplate.Hash(line, 0);
            counts[template] = counts.GetValueOrDefault(template) + 1;
        }
        return counts;
    }

    private static double Distance(Dictionary<ulong, int> a, Dictionary<ulong, int> b)
    {
        var common = a.Sum(pair => Math.Min(pair.Value, b.GetValueOrDefault(pair.Key)));
        var most = Math.Max(a.Values.Sum(), b.Values.Sum());
        return most == 0 ? 0 : 1 - (common / (double)most);
    }
}
