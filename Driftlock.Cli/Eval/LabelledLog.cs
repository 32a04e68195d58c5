using System.IO.Compression;
using System.Text;

namespace Driftlock.Cli.Eval;

/// <summary>A line log with one label a line. Labels come from NAME.labels beside it, or from a first column that is '-' on normal lines.</summary>
internal sealed record LabelledLog(string Name, string Path, byte[][] Lines, bool[] Anomalous)
{
    private const int MaxLines = 200_000;

    public bool HasAnomalies => Anomalous.Contains(true);

    public byte[][] NormalLines => [.. Lines.Where((_, i) => !Anomalous[i])];

    public byte[][] AnomalousLines => [.. Lines.Where((_, i) => Anomalous[i])];

    /// <summary>All `*.log` and `*.log.gz` under a directory, ordered by path.</summary>
    /// <exception cref="InputException">No such directory, or no log in it.</exception>
    public static IReadOnlyList<LabelledLog> ReadAll(string directory)
    {
        if (!Directory.Exists(directory)) throw new InputException($"{directory}: no such directory");
        var paths = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".log", StringComparison.Ordinal) || path.EndsWith(".log.gz", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        if (paths.Count == 0) throw new InputException($"{directory}: no *.log or *.log.gz found");
        return [.. paths.Select(Read)];
    }

    public static IEnumerable<string> ReadLines(string path)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        // Latin-1 keeps every byte as it is; logs are not always valid UTF-8.
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static LabelledLog Read(string path)
    {
        var lines = ReadLines(path).Take(MaxLines).ToList();
        var name = System.IO.Path.GetFileName(path).Replace(".gz", "", StringComparison.Ordinal).Replace(".log", "", StringComparison.Ordinal);
        var labels = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, name + ".labels");
        List<bool> anomalous;
        if (File.Exists(labels)) anomalous = ReadLabels(labels, path, lines.Count);
        else
        {
            var labelled = lines.Count(line => line.StartsWith("- ", StringComparison.Ordinal)) * 2 > lines.Count;
            anomalous = lines.ConvertAll(line => labelled && !line.StartsWith("- ", StringComparison.Ordinal));
            if (labelled) lines = lines.ConvertAll(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }
        var kept = Enumerable.Range(0, lines.Count).Where(i => lines[i].Length > 0).ToArray();
        return new LabelledLog(name, path, [.. kept.Select(i => Encoding.Latin1.GetBytes(lines[i]))], [.. kept.Select(i => anomalous[i])]);
    }

    private static List<bool> ReadLabels(string labels, string path, int lines)
    {
        var anomalous = File.ReadLines(labels).Take(MaxLines).Select(label => label.Trim() is not ("" or "0" or "-" or "normal")).ToList();
        if (anomalous.Count < lines) throw new InputException($"{labels}:{anomalous.Count + 1}: no label for line {anomalous.Count + 1} of {path}");
        if (anomalous.Count > lines) throw new InputException($"{labels}:{lines + 1}: a label, but {path} has only {lines} lines");
        return anomalous;
    }
}
