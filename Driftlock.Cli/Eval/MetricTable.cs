using System.Globalization;

namespace Driftlock.Cli.Eval;

/// <summary>The metrics of one resource: normal rows, and later rows with a label each. Rows are laid one after the other.</summary>
internal sealed record MetricTable(string Name, int Metrics, double[] Train, double[] Test, bool[] Labels)
{
    private const string TrainName = "_train.csv";

    /// <summary>All `NAME_train.csv[.gz]` of a directory with the `NAME_test` and `NAME_test_label` beside them, ordered by name.</summary>
    /// <exception cref="InputException">Nothing there, or a row that cannot be read.</exception>
    public static IReadOnlyList<MetricTable> ReadAll(string directory)
    {
        if (!Directory.Exists(directory)) throw new InputException($"{directory}: no such directory");
        var paths = Paths(directory).ToList();
        if (paths.Count == 0) throw new InputException($"{directory}: no NAME_train.csv[.gz] with NAME_test_label.csv[.gz] beside it");
        return [.. paths.Select(Read)];
    }

    public static bool IsIn(string directory) => Directory.Exists(directory) && Paths(directory).Any();

    private static IEnumerable<string> Paths(string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(TrainName, StringComparison.Ordinal) || path.EndsWith(TrainName + ".gz", StringComparison.Ordinal))
        .Where(path => Beside(path, "_test_label.csv") is not null)
        .Order(StringComparer.Ordinal);

    private static MetricTable Read(string path)
    {
        var name = Path.GetFileName(path)[..Path.GetFileName(path).IndexOf(TrainName, StringComparison.Ordinal)];
        var testPath = Beside(path, "_test.csv") ?? throw new InputException($"{path}: no {name}_test.csv[.gz] beside it");
        var (train, metrics) = ReadRows(path, 0);
        var (test, _) = ReadRows(testPath, metrics);
        var labelPath = Beside(path, "_test_label.csv")!;
        var (labels, _) = ReadRows(labelPath, 1);
        if (labels.Length != test.Length / metrics) throw new InputException($"{labelPath}: {labels.Length} labels for {test.Length / metrics} rows of {testPath}");
        return new MetricTable(name, metrics, train, test, [.. labels.Select(label => label != 0)]);
    }

    private static string? Beside(string trainPath, string ending)
    {
        var stem = trainPath[..trainPath.LastIndexOf(TrainName, StringComparison.Ordinal)] + ending;
        return File.Exists(stem) ? stem : File.Exists(stem + ".gz") ? stem + ".gz" : null;
    }

    private static (double[] Rows, int Columns) ReadRows(string path, int columns)
    {
        var values = new List<double>();
        var number = 0;
        foreach (var line in LabelledLog.ReadLines(path))
        {
            number++;
            if (line.Length == 0) continue;
            var before = values.Count;
            foreach (var range in line.AsSpan().Split(','))
            {
                if (!double.TryParse(line.AsSpan()[range], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    throw new InputException($"{path}:{number}: '{line[range]}' is not a number");
                values.Add(value);
            }
            if (columns == 0) columns = values.Count - before;
            if (values.Count - before != columns) throw new InputException($"{path}:{number}: {values.Count - before} columns; {columns} expected");
        }
        return values.Count == 0 ? throw new InputException($"{path}: empty") : ([.. values], columns);
    }
}
