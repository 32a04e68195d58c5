using System.Globalization;
using System.Text;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>What artifacts/plans.md says: under each label the plans of what was run for it.</summary>
internal sealed class PlanReport(PlanLog plans)
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    /// <param name="label">What is run.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="table">Only the queries of this table, among them what the Api asks all the time; null: what is asked for this alone.</param>
    public async Task RunAsync(string label, Func<Task> run, string? table = null)
    {
        plans.Next();
        await run();
        _text.AppendLine(CultureInfo.InvariantCulture, $"### {label}\n");
        foreach (var plan in table is null ? plans.Next() : plans.NextOf(table)) _text.AppendLine(CultureInfo.InvariantCulture, $"```\n{plan}\n```\n");
    }

    public Task SizesAsync(NpgsqlDataSource dataSource) => ListAsync("Sizes", dataSource,
        """
        SELECT format('%s | %s | rows %s', c.relname, pg_size_pretty(pg_total_relation_size(c.oid)), c.reltuples) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i') AND c.relpages > 100 ORDER BY pg_total_relation_size(c.oid) DESC
        """);

    /// <summary>Indexes that nothing of all this has used: of partitioned tables those that were used in no partition.</summary>
    public Task UnusedAsync(NpgsqlDataSource dataSource) => ListAsync("Indexes without a use", dataSource,
        """
        SELECT format('%s (%s)', root, pg_get_indexdef(root::regclass)) FROM (
          SELECT coalesce(pg_partition_root(indexrelid), indexrelid)::regclass::text AS root, sum(idx_scan) AS scans FROM pg_stat_user_indexes GROUP BY 1) used
        WHERE scans = 0 ORDER BY root
        """);

    private async Task ListAsync(string label, NpgsqlDataSource dataSource, string sql)
    {
        _text.AppendLine(CultureInfo.InvariantCulture, $"### {label}\n");
        foreach (var line in await dataSource.ColumnAsync(sql)) _text.AppendLine(line);
        _text.AppendLine();
    }
}
