using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>What one event cost under everything the stream had shown before it. Lengths in units of 1/65,536 bit.</summary>
/// <param name="Template">Never 0.</param>
/// <param name="Windows">Windows in which the template was seen, this one included.</param>
/// <param name="IsNew">The template was not known.</param>
/// <param name="Header">Code length of the header.</param>
/// <param name="Content">Code length per character of a new line's text; 0 for a known template.</param>
/// <param name="ContentTotal">The same in total.</param>
/// <param name="UnknownWords">Share of a new line's words that the stream never used, units of 1/65,536.</param>
/// <param name="Surprise">Code length of the fact that a line is new, given how many were of late; 0 for a known template.</param>
/// <param name="Trouble">Squared number of words for trouble in a new line, 0 to 64.</param>
/// <param name="Errors">1 when the line, or the first of its template, is declared an error or worse, else 0.</param>
internal readonly record struct LineScore(
    ulong Template, uint Windows, bool IsNew, int Header, int Content, int ContentTotal, int UnknownWords, int Surprise, int Trouble, int Errors)
{
    public int TotalBits => Header + ContentTotal;

    /// <summary>
    /// How foreign a new line is as a whole, 0 for known templates: text, shape, words and the moment on one scale. The factors were
    /// chosen by measuring (docs/EXPERIMENTS.md).
    /// </summary>
    public int Foreignness => IsNew ? (8 * Content) + (Header / 3) + (24 * UnknownWords) + (2 * Surprise) : 0;
}

/// <summary>The adaptive model of one log stream: each event is scored first and learned then, flagged or not.</summary>
/// <param name="room">How many times the usual number of counts may be kept.</param>
internal sealed class LineModel(int room = 1)
{
    public const int MaxTemplateSlots = 8192;

    // New lines come in bursts. About the last fifty lines say whether one more is to be expected; never less than one in 500.
    private const double Memory = 0.98;
    private const double LeastRate = 0.002;

    public HeaderModel Header { get; } = new(room);

    public ContentModel Content { get; } = new(room);

    public SeenTable Templates { get; } = new(MaxTemplateSlots);

    /// <summary>Share of new lines of late, 0 to 1.</summary>
    public double NewRate { get; set; }

    public long Bytes => Header.Counts.Bytes + Header.Kinds.Bytes + Content.Counts.Bytes + Templates.Bytes;

    /// <param name="view">The event as judged (cut to the window's limits).</param>
    /// <param name="window">Ordinal of the window, to know which templates were seen lately.</param>
    /// <param name="trace">Null in the steady state.</param>
    public LineScore ScoreAndLearn(in EventView view, int window, BitTrace? trace = null)
    {
        trace?.Reset(view.Body.Length);
        var template = TemplateOf(view);
        var header = Header.ScoreAndLearn(view, window, trace);
        ref var seen = ref Templates.Find(template);
        var rate = NewRate;
        if (seen.Count > 0)
        {
            NewRate = rate * Memory;
            if (seen.LastWindow != window)
            {
                seen.LastWindow = window;
                seen.Count++;
            }
            return new LineScore(template, seen.Count, false, header, 0, 0, 0, 0, 0, Errors(view, seen.IsError));
        }
        NewRate = (rate * Memory) + (1 - Memory);
        var isError = LevelWord.IsError(view.Body);
        Templates.Add(template, 1, window, isError);
        var content = Content.ScoreAndLearn(view.Body, trace, out var total);
        var trouble = SeverityWords.Of(view.Body, view.Severity);
        return new LineScore(
            template, 1, true, header, content, total, Content.LearnWords(view.Body), FixedLog.CodeLength(Math.Min(1, rate + LeastRate)),
            trouble * trouble, Errors(view, isError));
    }

    public static ulong TemplateOf(in EventView view)
    {
        ulong seed = 0;
        foreach (var b in view.Name) seed = (seed ^ b) * 1099511628211;
        return TokenTemplate.Hash(view.Body, seed);
    }

    /// <summary>Makes room, between windows only, so that within a window counts only grow.</summary>
    public void AgeIfCrowded()
    {
        if (Header.Counts.IsCrowded) Header.Counts.Age();
        if (Header.Kinds.IsCrowded) Header.Events = Header.Kinds.Age();
        if (Content.Counts.IsCrowded) Content.Counts.Age();
        if (Templates.IsCrowded) Templates.Age();
    }

    public void Save(ByteBuffer target)
    {
        Header.Counts.Save(target);
        Header.Kinds.Save(target);
        target.WriteVarint(Header.Events);
        Content.Counts.Save(target);
        Templates.Save(target);
        target.WriteDouble(NewRate);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Header.Counts.Load(ref source);
        Header.Kinds.Load(ref source);
        Header.Events = Varint.Read(ref source);
        Content.Counts.Load(ref source);
        Templates.Load(ref source);
        NewRate = Varint.ReadDouble(ref source);
    }

    // A severity number is the sender's word; without one, the level that the template's first line prints.
    private static int Errors(in EventView view, bool printsError) =>
        view.Severity == 0 ? (printsError ? 1 : 0) : view.Severity >= SeverityWords.Error ? 1 : 0;
}
