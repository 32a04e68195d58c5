using System.Globalization;
using System.Text.Json.Nodes;

namespace Driftlock.Benchmarks.Load;

/// <summary>A report for people: figures one below the other, and rows as tables.</summary>
internal static class LoadReport
{
    private const int NameWidth = 28;

    public static void Print(JsonObject report, TextWriter output) => Print(report, output, "");

    private static void Print(JsonObject report, TextWriter output, string indent)
    {
        foreach (var (name, value) in report)
        {
            switch (value)
            {
                case JsonObject inner:
                    output.WriteLine($"{indent}{name}");
                    Print(inner, output, indent + "  ");
                    break;
                case JsonArray rows when rows.All(row => row is JsonObject):
                    output.WriteLine($"{indent}{name}");
                    Table([.. rows.Select(row => row!.AsObject())], output, indent + "  ");
                    break;
                default:
                    output.WriteLine($"{indent}{name.PadRight(NameWidth - indent.Length)} {Text(value)}");
                    break;
            }
        }
    }

    private static void Table(IReadOnlyList<JsonObject> rows, TextWriter output, string indent)
    {
        var columns = rows.SelectMany(row => row.Select(cell => cell.Key)).Distinct().ToList();
        var widths = columns.ConvertAll(column => Math.Max(column.Length, rows.Max(row => Text(row[column]).Length)));
        output.WriteLine(indent + string.Join("  ", columns.Select((column, i) => column.PadRight(widths[i]))).TrimEnd());
        foreach (var row in rows) output.WriteLine(indent + string.Join("  ", columns.Select((column, i) => Text(row[column]).PadRight(widths[i]))).TrimEnd());
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "-",
        JsonValue number when number.TryGetValue<double>(out var figure) => figure.ToString("#,0.####", CultureInfo.InvariantCulture),
        JsonValue number when number.TryGetValue<long>(out var figure) => figure.ToString("#,0", CultureInfo.InvariantCulture),
        JsonValue number when number.TryGetValue<int>(out var figure) => figure.ToString("#,0", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
