using System.Text;
using System.Text.Encodings.Web;

namespace Driftlock.Api.Anomalies.Reports;

/// <summary>One page that needs nothing else. It allows itself no script and no address, so that it is harmless wherever it is opened.</summary>
public static class HtmlReport
{
    public const string SecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8886; vertical-align: top; }
        pre { padding: .6rem; background: #8882; white-space: pre-wrap; }
        """;

    public static string Write(string title, IEnumerable<ReportBlock> report)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(SecurityPolicy).Append("\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>").Append(Encode(title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n");
        foreach (var block in report)
        {
            switch (block)
            {
                case Heading heading:
                    page.Append($"<h{heading.Level}>").Append(Encode(heading.Text)).Append($"</h{heading.Level}>\n");
                    break;
                case Paragraph paragraph:
                    page.Append("<p>").Append(Encode(paragraph.Text)).Append("</p>\n");
                    break;
                case Table table:
                    page.Append("<table>\n<thead>");
                    Row(page, "th scope=\"col\"", "th", table.Header);
                    page.Append("</thead>\n<tbody>\n");
                    foreach (var row in table.Rows) Row(page, "td", "td", row);
                    page.Append("</tbody>\n</table>\n");
                    break;
                case Verbatim verbatim:
                    page.Append("<pre>").AppendJoin('\n', verbatim.Lines.Select(Encode)).Append("</pre>\n");
                    break;
            }
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Row(StringBuilder page, string open, string close, IEnumerable<string> cells)
    {
        page.Append("<tr>");
        foreach (var cell in cells) page.Append('<').Append(open).Append('>').Append(Encode(cell)).Append("</").Append(close).Append('>');
        page.Append("</tr>\n");
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
