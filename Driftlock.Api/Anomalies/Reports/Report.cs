namespace Driftlock.Api.Anomalies.Reports;

/// <summary>A part of a report. All text is data, whatever characters it holds; writers escape it.</summary>
public abstract record ReportBlock;

/// <param name="Level">1 or 2.</param>
/// <param name="Text">Of the heading.</param>
public sealed record Heading(int Level, string Text) : ReportBlock;

public sealed record Paragraph(string Text) : ReportBlock;

/// <param name="Header">Of the columns.</param>
/// <param name="Rows">As many cells each.</param>
public sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock;

/// <summary>Lines as they are.</summary>
public sealed record Verbatim(IReadOnlyList<string> Lines) : ReportBlock;
