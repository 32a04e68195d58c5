using System.Globalization;
using System.Text.RegularExpressions;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Plans;

/// <summary>The plans that auto_explain writes to the server's log: of the statements that the product really runs.</summary>
internal sealed partial class PlanLog(PostgresServer server)
{
    /// <summary>Beside a connection string.</summary>
    public const string Explain =
        ";Options=-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c jit=off";

    private readonly HashSet<string> _noise = [];
    private int _read;

    /// <summary>What was run up to now runs with everything else, too: the feed's poll, the look-up of a key.</summary>
    public void Ignore() => _noise.UnionWith(Next().Select(QueryOf));

    /// <summary>Plans since the last call: of each query the last, once it was prepared.</summary>
    public IReadOnlyList<string> Next() => [.. Read().Where(plans => !_noise.Contains(plans.Key)).Select(plans => plans.Last().Plan)];

    /// <summary>Of the queries of a table only, also those that run all the time: of each the one that took longest, since most find nothing to do.</summary>
    public IReadOnlyList<string> NextOf(string table) =>
        [.. Read().Where(plans => plans.Key.Contains(table, StringComparison.Ordinal)).Select(plans => plans.MaxBy(run => run.Milliseconds).Plan)];

    private IEnumerable<IGrouping<string, (string Plan, double Milliseconds)>> Read()
    {
        var log = server.ReadLog();
        var news = log[_read..];
        _read = log.Length;
        return Entry().Split(news).Select(entry => Run().Match(entry)).Where(run => run.Success)
            .Select(run => (Plan: run.Groups["plan"].Value.Replace("\n\t", "\n").Trim(), double.Parse(run.Groups["ms"].Value, CultureInfo.InvariantCulture)))
            .GroupBy(run => QueryOf(run.Plan));
    }

    private static string QueryOf(string plan) => PlanStart().Split(plan)[0];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\ALOG:  duration: (?<ms>[\d.]+) ms  plan:\n(?<plan>.*)", RegexOptions.Singleline)]
    private static partial Regex Run();

    [GeneratedRegex(@"^[A-Z][A-Za-z ]+( using .*| on .*)?  \(cost=", RegexOptions.Multiline)]
    private static partial Regex PlanStart();
}
