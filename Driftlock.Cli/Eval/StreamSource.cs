using Driftlock.Cbad.Logs;

namespace Driftlock.Cli.Eval;

/// <summary>The normal lines of one log that streams are made of, whole and as messages alone, and the lines of other systems.</summary>
internal sealed class StreamSource
{
    /// <summary>Eight judged windows after the baseline, with the episode among them, take that many.</summary>
    public const int LeastLines = 1000;

    // Two files of one system have most of their templates in common, two systems hardly any.
    private const double SameSystem = 0.1;

    private readonly HashSet<ulong> _templates;

    private StreamSource(LabelledLog log)
    {
        Name = log.Name;
        Whole = log.NormalLines;
        Messages = HeaderColumns.Strip(log, Whole);
        Alerts = log.AnomalousLines;
        _templates = [.. Messages.Select(Template)];
    }

    public string Name { get; }

    public byte[][] Whole { get; }

    /// <summary>Without the header columns (time, host, level, ...).</summary>
    public byte[][] Messages { get; }

    /// <summary>Lines labelled anomalous.</summary>
    public byte[][] Alerts { get; }

    /// <summary>Logs of other systems, judged by what they say and not by their names.</summary>
    public IReadOnlyList<StreamSource> Foreign { get; private set; } = [];

    /// <exception cref="InputException">Fewer than two logs are long enough.</exception>
    public static IReadOnlyList<StreamSource> Of(IReadOnlyList<LabelledLog> logs)
    {
        List<StreamSource> sources = [.. logs.Select(log => new StreamSource(log)).Where(source => source.Messages.Length >= LeastLines)];
        if (sources.Count < 2)
        {
            var seen = string.Join(", ", logs.Select(log => $"{log.Path}: {log.NormalLines.Length}"));
            throw new InputException($"at least two logs with {LeastLines} normal lines are needed, but there are {sources.Count} ({seen})");
        }
        foreach (var source in sources) source.Foreign = [.. sources.Where(source.IsForeign)];
        return sources;
    }

    private bool IsForeign(StreamSource other) => Known(other) < SameSystem && other.Known(this) < SameSystem;

    private double Known(StreamSource other) => other.Messages.Count(line => _templates.Contains(Template(line))) / (double)other.Messages.Length;

    /// <summary>Two lines that differ in nothing but numbers, names and times have the same.</summary>
    public static ulong Template(byte[] line) => TokenTemplate.Hash(line, 0);

    /// <summary>How often each line's template occurs among <paramref name="lines"/>.</summary>
    public static int[] TemplateCounts(byte[][] lines)
    {
        var templates = lines.Select(Template).ToArray();
        var counts = templates.CountBy(template => template).ToDictionary();
        return [.. templates.Select(template => counts[template])];
    }
}
