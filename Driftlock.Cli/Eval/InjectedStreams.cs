using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Streams of real lines with one known episode each. A stretch of up to 2,000 consecutive normal lines of one log, beginning at random, is
/// cut into blocks of 100, and blocks are drawn with replacement until the stream is as long as the stretch: within a block the order is
/// the log's, and every block is as likely early as late, so that nothing but the episode sets windows apart from those before them. Or
/// the stretch is left as it is. The episode begins at random behind the 500th line, wherever the engine's windows begin. Its kinds:
/// alien: k of 50 lines replaced by lines of other systems. message: the same, both without header columns. repeat: k of 50 replaced by
/// copies of one line out of the thousand before. alert: k of 50 replaced by the log's own alert lines. absence: a message that the log
/// itself has seldom, woven in k times in 50 lines (at intervals that vary by a fifth) from the start, does not come for 100 lines.
/// </summary>
/// <param name="kinds">Kinds of episodes wanted, of <see cref="Kinds"/>.</param>
/// <param name="resampled">False leaves the stretch in its own order.</param>
internal sealed class InjectedStreams(IReadOnlyList<StreamSource> sources, IReadOnlyCollection<string> kinds, bool resampled)
{
    public const int Lines = 2000;
    public const int Block = 100;
    public const int Earliest = 500;

    private const int Span = 50;
    private const int Absence = 100;
    private const int Past = 1000;
    /// <summary>Lines of another system.</summary>
    public const string Alien = "alien";

    private const string Message = "message", Repeat = "repeat", Absent = "absence", Alert = "alert";

    // A single copy of a known line is no anomaly, nor is one absence of a line that stood once in fifty.
    private static readonly int[] ForeignCounts = [1, 5, 10, 25];
    private static readonly int[] KnownCounts = [5, 10, 25];

    public static IReadOnlyList<string> Kinds { get; } = [Alien, Message, Repeat, Absent, Alert];

    public static int[] Counts(string kind) => kind is Repeat or Absent ? KnownCounts : ForeignCounts;

    /// <summary>False where no log has the lines for any of the kinds.</summary>
    public bool Any => sources.Any(source => Possible(source).Any());

    /// <summary>One stream of each log and each kind that it has the lines for, in that order.</summary>
    public List<InjectedStream> Make(SeededRandom random) =>
    [
        .. sources.SelectMany(source => Possible(source).Select(kind => Make(source, kind, random))),
    ];

    private IEnumerable<string> Possible(StreamSource source) => Kinds.Where(kind => kinds.Contains(kind) && Has(source, kind));

    private static bool Has(StreamSource source, string kind) => kind switch
    {
        Alien or Message => source.Foreign.Count > 0,
        Alert => source.Alerts.Length > 0,
        _ => true,
    };

    private InjectedStream Make(StreamSource source, string kind, SeededRandom random)
    {
        var counts = Counts(kind);
        var k = counts[random.Below(counts.Length)];
        var lines = Stretch(kind == Message ? source.Messages : source.Whole, random);
        var at = Earliest + random.Below(lines.Length - Earliest - Absence);
        if (kind == Absent)
        {
            lines = Weave(lines, k, at, random, out var first);
            return new InjectedStream(source.Name, kind, k, lines, first, at + Absence);
        }
        var known = lines[at - 1 - random.Below(Math.Min(at, Past))];
        var places = Enumerable.Range(at, Span).ToArray();
        random.Shuffle(places.AsSpan());
        foreach (var place in places.AsSpan(0, k)) lines[place] = Odd(source, kind, known, random);
        return new InjectedStream(source.Name, kind, k, lines, places.Take(k).Min(), places.Take(k).Max() + 1);
    }

    private static byte[] Odd(StreamSource source, string kind, byte[] known, SeededRandom random)
    {
        if (kind == Repeat) return known;
        if (kind == Alert) return source.Alerts[random.Below(source.Alerts.Length)];
        var other = source.Foreign[random.Below(source.Foreign.Count)];
        var from = kind == Message ? other.Messages : other.Whole;
        return from[random.Below(from.Length)];
    }

    private byte[][] Stretch(byte[][] lines, SeededRandom random)
    {
        var length = Math.Min(Lines, lines.Length);
        var stretch = lines.AsSpan(random.Below(lines.Length - length + 1), length).ToArray();
        if (!resampled) return stretch;
        var parts = stretch.Chunk(Block).Where(part => part.Length == Block).ToArray();
        return [.. Enumerable.Range(0, parts.Length).SelectMany(_ => parts[random.Below(parts.Length)])];
    }

    /// <param name="first">Where the first beat is missing.</param>
    private static byte[][] Weave(byte[][] lines, int k, int at, SeededRandom random, out int first)
    {
        var beat = Seldom(lines, random, out var own);
        var template = StreamSource.Template(beat);
        var mixed = new List<byte[]>(lines.Length);
        var period = Span / (double)k;
        var next = period;
        var missing = -1;
        foreach (var line in lines)
        {
            for (; next <= mixed.Count; next += period * (0.8 + (0.4 * random.Unit()))) Add(beat);
            Add(line);
            if (mixed.Count >= lines.Length) break;
        }
        first = missing;
        return [.. mixed];

        // Nor do the log's own lines of that template come, unless they are most of it: then nothing would come.
        void Add(byte[] line)
        {
            var stops = ReferenceEquals(line, beat) || (2 * own < lines.Length && StreamSource.Template(line) == template);
            if (mixed.Count < at || mixed.Count >= at + Absence || !stops) mixed.Add(line);
            else if (missing < 0) missing = mixed.Count;
        }
    }

    /// <param name="own">Lines of that template.</param>
    private static byte[] Seldom(byte[][] lines, SeededRandom random, out int own)
    {
        var counts = StreamSource.TemplateCounts(lines);
        var start = random.Below(lines.Length);
        var rarest = Enumerable.Range(0, lines.Length).Select(i => (start + i) % lines.Length).MinBy(i => counts[i]);
        own = counts[rarest];
        return lines[rarest];
    }
}
