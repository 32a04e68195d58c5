using System.Text;

namespace Driftlock.Cli.Eval;

/// <summary>
/// How many leading columns of a log are header (time, host, level, ...) and not message. Taken from the message templates where
/// NAME.log_templates.csv lies beside the log, else guessed from the columns themselves.
/// </summary>
internal static class HeaderColumns
{
    private const int Most = 12;

    public static byte[][] Strip(LabelledLog log, byte[][] lines)
    {
        var starts = TemplateStarts(log);
        var usual = FromTemplates(log, starts) ?? FromShapes(log);
        return [.. lines.Select(line => line[StartOf(line, ColumnOf(line, starts) ?? usual)..]).Where(line => line.Length > 0)];
    }

    public static int StartOf(ReadOnlySpan<byte> line, int columns)
    {
        var at = 0;
        for (var column = 0; column < columns && at < line.Length; column++)
        {
            while (at < line.Length && !IsGap(line[at])) at++;
            while (at < line.Length && IsGap(line[at])) at++;
        }
        return at;
    }

    private static bool IsGap(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'|';

    private static List<byte[]> TemplateStarts(LabelledLog log)
    {
        foreach (var name in new[] { ".log_templates.csv", ".log_templates.csv.gz" })
        {
            var path = Path.Combine(Path.GetDirectoryName(log.Path)!, log.Name + name);
            if (!File.Exists(path)) continue;
            return
            [
                .. LabelledLog.ReadLines(path).Skip(1).Select(row => row[(row.IndexOf(',', StringComparison.Ordinal) + 1)..].Trim('"'))
                    .Select(template => template.Split("<*>")[0].TrimEnd()).Where(start => start.Length >= 4).Select(Encoding.Latin1.GetBytes),
            ];
        }
        return [];
    }

    // The first column at which the line starts like some template.
    private static int? ColumnOf(byte[] line, List<byte[]> starts)
    {
        for (var column = 0; column <= Most; column++)
        {
            var rest = line.AsMemory(StartOf(line, column));
            if (starts.Exists(start => rest.Span.StartsWith(start))) return column;
        }
        return null;
    }

    // Lines whose template begins with a variable go where most of the others go.
    private static int? FromTemplates(LabelledLog log, List<byte[]> starts)
    {
        var votes = new int[Most + 1];
        foreach (var line in log.Lines)
            if (ColumnOf(line, starts) is { } column) votes[column]++;
        return votes.Sum() * 10 < log.Lines.Length ? null : Array.IndexOf(votes, votes.Max());
    }

    // A header column is one that nearly always has the same shape and is not a plain word: times, numbers, [brackets], levels.
    private static int FromShapes(LabelledLog log)
    {
        var header = 0;
        for (var column = 0; column < Most; column++)
        {
            var shapes = new Dictionary<string, int>();
            var words = new HashSet<string>();
            foreach (var line in log.Lines)
            {
                var start = StartOf(line, column);
                var length = line.AsSpan(start).IndexOfAny(" \t|"u8);
                var word = Encoding.Latin1.GetString(line.AsSpan(start, length < 0 ? line.Length - start : length));
                words.Add(word);
                var shape = Shape(word);
                shapes[shape] = shapes.GetValueOrDefault(shape) + 1;
            }
            var (common, count) = shapes.MaxBy(pair => pair.Value);
            if (count < 0.9 * log.Lines.Length) continue;
            var level = words.Count <= 10 && words.All(word => word.Length > 0 && word.All(char.IsAsciiLetterUpper));
            if (level || common.Any(c => c != 'a')) header = column + 1;
        }
        return header;
    }

    private static string Shape(string word)
    {
        var shape = new StringBuilder();
        foreach (var c in word)
        {
            var kind = char.IsAsciiDigit(c) ? '0' : char.IsAsciiLetter(c) ? 'a' : c;
            if (shape.Length == 0 || shape[^1] != kind) shape.Append(kind);
        }
        return shape.ToString();
    }
}
