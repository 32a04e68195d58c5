namespace Driftlock.Cbad;

/// <summary>One session of log records and what was known of its stream's sessions before it.</summary>
/// <param name="Key">Key of the attribute that names it; empty for the trace id.</param>
/// <param name="Value">The attribute's value, cut to a length, or the trace id as 32 hex digits.</param>
/// <param name="Events">Records of the session; where they are more than <paramref name="Steps"/>, the first were judged.</param>
/// <param name="Steps">One for each event of the window.</param>
/// <param name="Examples">A line of each kind that sessions of the stream hold, those that were kept.</param>
/// <param name="State">Model and ranking before the session, base64 (layout: Sessions/SessionStream.Save).</param>
public sealed record EvidenceSession(
    string Key, string Value, int Events, IReadOnlyList<EvidenceStep> Steps, IReadOnlyList<EvidenceExample> Examples, byte[] State);

/// <param name="Template">16 hex digits: the hash of the record's template.</param>
/// <param name="Event">0-based in the stream.</param>
/// <param name="Text">record: the window's event is the record itself, cut to a size. example: it has the text of another record of the template. none: no text was kept.</param>
public sealed record EvidenceStep(string Template, long Event, string Text)
{
    public const string Record = "record";
    public const string Example = "example";
    public const string None = "none";
}

/// <param name="Name">Event name; empty where the record had none.</param>
/// <param name="Text">The body.</param>
public sealed record EvidenceExample(string Name, string Text);
