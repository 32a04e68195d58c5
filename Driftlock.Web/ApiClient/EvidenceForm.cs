namespace Driftlock.Web.ApiClient;

/// <summary>A form in which the Api gives evidence.</summary>
/// <param name="Ending">Of the address.</param>
/// <param name="MediaType">Of the answer.</param>
/// <param name="File">Name of a download, around the anomaly's id.</param>
public sealed record EvidenceForm(string Ending, string MediaType, (string Before, string After) File)
{
    /// <summary>The bundle itself, byte for byte.</summary>
    public static EvidenceForm Bundle { get; } = new("", "application/json", ("driftlock-evidence-", ".json"));

    public static EvidenceForm Markdown { get; } = new(".md", "text/markdown", ("driftlock-", ".md"));

    public static EvidenceForm Page { get; } = new(".html", "text/html", ("driftlock-", ".html"));
}
