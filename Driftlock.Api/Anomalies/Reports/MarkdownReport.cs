using System.Text;

namespace Driftlock.Api.Anomalies.Reports;

/// <summary>CommonMark with tables. Text from telemetry cannot become markup: punctuation is escaped, and a fence is longer than any within.</summary>
public static class MarkdownReport
{
    /// <summary>What can begin markup anywhere.</summary>
    private const string Escaped = "\\`*_[]<>!|~&";

    /// <summary>What can begin a block at the start of a line: headings, lists, rules.</summary>
    private const string EscapedAtStart = "#+-=";

    public static string Write(IEnumerable<ReportBlock> report)
    {
        var text = new StringBuilder();
        foreach (var block in report)
        {
            switch (block)
            {
                case Heading heading:
                    text.Append('#', heading.Level).Append(' ').Append(Escape(heading.Text)).Append('\n');
                    break;
                case Paragraph paragraph:
                    text.Append(EscapeStart(paragraph.Text)).Append('\n');
                    break;
                case Table table:
                    Row(text, table.Header);
                    text.Append('|').Insert(text.Length, " --- |", table.Header.Count).Append('\n');
                    foreach (var row in table.Rows) Row(text, row);
                    break;
                case Verbatim verbatim:
                    Fence(text, verbatim.Lines);
                    break;
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells)
    {
        text.Append('|');
        foreach (var cell in cells) text.Append(' ').Append(Escape(cell)).Append(" |");
        text.Append('\n');
    }

    private static void Fence(StringBuilder text, IReadOnlyList<string> lines)
    {
        var longest = 2;
        foreach (var line in lines)
        {
            var run = 0;
            foreach (var character in line)
            {
                run = character == '`' ? run + 1 : 0;
                longest = Math.Max(longest, run);
            }
        }
        text.Append('`', longest + 1).Append('\n');
        foreach (var line in lines) text.Append(OneLine(line)).Append('\n');
        text.Append('`', longest + 1).Append('\n');
    }

    private static string EscapeStart(string text)
    {
        var escaped = Escape(text).TrimStart();
        if (escaped.Length == 0) return escaped;
        if (EscapedAtStart.Contains(escaped[0])) return '\\' + escaped;
        var digits = escaped.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && digits < escaped.Length && escaped[digits] is '.' or ')' ? escaped.Insert(digits, "\\") : escaped;
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        var line = OneLine(text);
        for (var i = 0; i < line.Length; i++)
        {
            // A bare address would become a link.
            if (Escaped.Contains(line[i]) || (line[i] == ':' && i + 1 < line.Length && line[i + 1] == '/')) escaped.Append('\\');
            escaped.Append(line[i]);
        }
        return escaped.ToString();
    }

    /// <summary>A line break would begin another block, and other control characters are for terminals.</summary>
    private static string OneLine(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++) target[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
    });
}
