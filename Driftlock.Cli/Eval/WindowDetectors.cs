using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Ours, and what any other method would have to beat, on the judged windows of one labelled log. A window is an anomaly when it holds a
/// labelled line. <see cref="Judged.PValue"/> is 0 where a detector flags the window and 1 where it does not.
/// </summary>
internal sealed class WindowDetectors(LabelledLog log, IReadOnlyList<JudgedWindow> windows)
{
    // As in SimpleDetectors: one window in twenty of a normal distribution, or of those before.
    private const double UnusualDeviations = 1.96;
    private const double UsualShare = 0.95;

    // Half a line: where no window ever held an error, a single one is two deviations.
    private const double LeastDeviation = 0.5;

    /// <summary>Alarms: what the user is told.</summary>
    public Judged[] Alarms() => Of(window => (-Math.Log(window.PValue), window.Kind == VerdictKind.Anomaly));

    /// <summary>Alarms and what was suppressed as the same episode going on.</summary>
    public Judged[] Rejected() => Of(window => (-Math.Log(window.PValue), window.Kind is VerdictKind.Anomaly or VerdictKind.Suppressed));

    public Judged[] Random(SeededRandom random) => Of(_ =>
    {
        var score = random.Unit();
        return (score, score >= UsualShare);
    });

    public Judged[] FlagAll() => Of(_ => (0, true));

    /// <summary>Lines that call themselves an error, in deviations from the mean of the windows before.</summary>
    public Judged[] ErrorCount()
    {
        var past = Earlier().Select(start => (double)Errors(start, start + WindowProbe.Window)).ToList();
        return Of(window =>
        {
            var errors = Errors(window.First, window.End);
            var mean = past.Average();
            var deviation = Math.Sqrt(past.Average(value => (value - mean) * (value - mean)));
            past.Add(errors);
            var score = (errors - mean) / Math.Max(LeastDeviation, deviation);
            return (score, score >= UnusualDeviations);
        });
    }

    /// <summary>Normalised compression distance to the window before; flagged when larger than 95 in 100 of those before.</summary>
    public Judged[] Ncd()
    {
        List<double> past = [.. Earlier().Skip(1).Select(start => Distance(start, start + WindowProbe.Window)).Order()];
        return Of(window =>
        {
            var score = Distance(window.First, window.End);
            var limit = past[(int)(past.Count * UsualShare)];
            var place = past.BinarySearch(score);
            past.Insert(place < 0 ? ~place : place, score);
            return (score, score > limit);
        });
    }

    /// <summary>Where the windows begin that the baseline took.</summary>
    private IEnumerable<long> Earlier()
    {
        for (var start = 0L; start < windows[0].First; start += WindowProbe.Window) yield return start;
    }

    private double Distance(long first, long end) => SimpleDetectors.Ncd(Text(first - WindowProbe.Window, first), Text(first, end));

    private byte[] Text(long first, long end) => [.. log.Lines[(int)first..(int)end].SelectMany(line => line.Append((byte)'\n'))];

    private int Errors(long first, long end) => log.Lines[(int)first..(int)end].Count(line => LevelWord.IsError(line));

    private Judged[] Of(Func<JudgedWindow, (double Score, bool IsFlagged)> judge)
    {
        var judged = new Judged[windows.Count];
        for (var i = 0; i < judged.Length; i++)
        {
            var (score, isFlagged) = judge(windows[i]);
            var (first, end) = ((int)windows[i].First, (int)windows[i].End);
            judged[i] = new Judged(score, isFlagged ? 0 : 1, 1, log.Anomalous.AsSpan(first, end - first).Contains(true), 1);
        }
        return judged;
    }
}
