using System.Globalization;

namespace Driftlock.Cli.Eval;

/// <summary>
/// A metrics table of PetShop: the first three rows name node, metric and statistic of each column, the fourth begins with the name of
/// the index; then a row an interval, its unix time first. Empty cells hold no value.
/// </summary>
internal sealed class PetShopTable
{
    private const int HeadRows = 4;

    private readonly Dictionary<(string Node, string Metric, string Statistic), double[]> _columns = [];

    /// <exception cref="InputException">A row has another number of cells, or a cell is no number.</exception>
    public PetShopTable(string path)
    {
        var rows = LabelledLog.ReadLines(path).Select(line => line.Split(',')).ToList();
        if (rows.Count <= HeadRows) throw new InputException($"{path}: {HeadRows} head rows and at least one interval are expected, {rows.Count} rows found");
        for (var row = 0; row < rows.Count; row++)
            if (rows[row].Length != rows[0].Length) throw new InputException($"{path}, line {row + 1}: {rows[row].Length} cells, {rows[0].Length} expected");
        Times = [.. Enumerable.Range(HeadRows, rows.Count - HeadRows).Select(row => Number(path, rows, row, 0))];
        for (var column = 1; column < rows[0].Length; column++)
        {
            if (rows[2][column] is not ("Average" or "Sum")) continue;
            var values = new double[Times.Length];
            for (var i = 0; i < values.Length; i++) values[i] = Number(path, rows, i + HeadRows, column);
            _columns[(rows[0][column], rows[1][column], rows[2][column])] = values;
        }
    }

    /// <summary>Seconds since 1970.</summary>
    public double[] Times { get; }

    /// <summary>Not a number where nothing was measured; null for a column that is not there.</summary>
    public double[]? Column(string node, string metric, string statistic) => _columns.GetValueOrDefault((node, metric, statistic));

    /// <summary>A square table of calls: row names the caller, column the callee, any number but 0 a call.</summary>
    public static (string[] Nodes, List<(int Caller, int Callee)> Calls) ReadGraph(string path)
    {
        var rows = LabelledLog.ReadLines(path).Select(line => line.Split(',')).ToList();
        if (rows.Count < 2) throw new InputException($"{path}: a row and a column a node are expected");
        var nodes = rows[0][1..];
        var calls = new List<(int, int)>();
        for (var row = 1; row < rows.Count; row++)
        {
            var caller = Array.IndexOf(nodes, rows[row][0]);
            if (caller < 0 || rows[row].Length != rows[0].Length) throw new InputException($"{path}, line {row + 1}: not a row of the node table in line 1");
            for (var column = 1; column < rows[row].Length; column++)
                if (Number(path, rows, row, column) is not (0 or double.NaN)) calls.Add((caller, column - 1));
        }
        return (nodes, calls);
    }

    private static double Number(string path, List<string[]> rows, int row, int column)
    {
        if (rows[row][column].Length == 0) return double.NaN;
        if (double.TryParse(rows[row][column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        throw new InputException($"{path}, line {row + 1}, column {column + 1}: '{rows[row][column]}' is not a number");
    }
}
