using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>What one event cost under everything the stream had shown before it. Lengths in units of 1/65,536 bit.</summary>
/// <param name="Template">Never 0.</param>
/// <param name="IsNew">The template was not known.</param>
/// <param name="Header">Code length of the header.</param>
/// <param name="Content">Code length per character of a new line's text; 0 for a known template.</param>
/// <param name="ContentTotal">The same in total.</param>
/// <param name="Trouble">Squared number of words for trouble in a new line, 0 to 64.</param>
/// <param name="Errors">1 when the line is declared an error or worse (<see cref="LevelWord"/> where no severity number is given), else 0; for known templates as well.</param>
internal readonly record struct LineScore(ulong Template, bool IsNew, int Header, int Content, int ContentTotal, int Trouble, int Errors)
{
    public int TotalBits => Header + ContentTotal;

    /// <summary>
    /// How foreign a new line is as a whole, 0 for known templates: text and shape on one scale. 8 and 1/3 were chosen by measuring
    /// (docs/EXPERIMENTS.md); they trade lines whose shape is usual against lines whose words are.
    /// </summary>
    public int Foreignness => IsNew ? (8 * Content) + (Header / 3) : 0;
}

/// <summary>The adaptive model of one log stream: each event is scored first and learned then, flagged or not.</summary>
/// <param name="room">How many times the usual number of counts may be kept.</param>
internal sealed class LineModel(int room = 1)
{
    // Half a million runs: 2^22 would be the limit of the arithmetic, and a shorter memory keeps the model able to change.
    private const uint AgeHeaderAt = 1 << 19;

    public HeaderModel Header { get; } = new(room);

    public ContentModel Content { get; } = new(room);

    public TemplateTable Templates { get; } = new();

    public long Bytes => Header.Counts.Bytes + Content.Counts.Bytes + Templates.Bytes;

    /// <param name="view">The event as judged (cut to the window's limits).</param>
    /// <param name="window">Ordinal of the window, to know which templates were seen lately.</param>
    /// <param name="trace">Null in the steady state.</param>
    public LineScore ScoreAndLearn(in EventView view, int window, BitTrace? trace = null)
    {
        trace?.Reset(view.Body.Length);
        var template = TemplateOf(view);
        var known = Templates.Meet(template, window);
        var header = Header.ScoreAndLearn(view, trace);
        var isError = view.Severity == 0 ? LevelWord.IsError(view.Body) : view.Severity >= SeverityWords.Error;
        var errors = isError ? 1 : 0;
        if (known) return new LineScore(template, false, header, 0, 0, 0, errors);
        var content = Content.ScoreAndLearn(view.Body, trace, out var total);
        var trouble = SeverityWords.Of(view.Body, view.Severity);
        return new LineScore(template, true, header, content, total, trouble * trouble, errors);
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
        if (Header.Counts.IsCrowded || Header.Counts.Get(1u << 24, CountTable.Total).Count > AgeHeaderAt) Header.Counts.Age();
        if (Content.Counts.IsCrowded) Content.Counts.Age();
        if (Templates.IsCrowded) Templates.Age();
    }

    public void Save(ByteBuffer target)
    {
        Header.Counts.Save(target);
        Content.Counts.Save(target);
        Templates.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Header.Counts.Load(ref source);
        Content.Counts.Load(ref source);
        Templates.Load(ref source);
    }
}
