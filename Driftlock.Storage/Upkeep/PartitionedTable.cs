using System.Globalization;
using Npgsql;

namespace Driftlock.Storage.Upkeep;

public enum PartitionUnit
{
    Day = 1,
    Month = 2,
}

/// <summary>Asked in the transaction that drops a partition, before it is gone; false keeps it, and every later one, until the next time.</summary>
/// <param name="connection">With the open transaction.</param>
/// <param name="partition">Name of the partition.</param>
/// <param name="cancellationToken">Rolls back.</param>
public delegate Task<bool> PartitionRelease(NpgsqlConnection connection, string partition, CancellationToken cancellationToken);

/// <summary>A table whose partitions are made ahead and dropped by <see cref="PartitionUpkeep"/>. It has a partition NAME_default.</summary>
/// <param name="Name">Of the partitioned table.</param>
/// <param name="Key">What it is partitioned by.</param>
/// <param name="Unit">What one partition holds.</param>
/// <param name="KeptDays">A partition is past retention when its end is this many days ago.</param>
/// <param name="Release">Has the last word on a partition that is past retention.</param>
public sealed record PartitionedTable(string Name, PartitionKey Key, PartitionUnit Unit, int KeptDays, PartitionRelease? Release = null)
{
    private const int DaysAhead = 7;
    private const int MonthsAhead = 2;

    /// <summary>Where rows go for which there is no partition.</summary>
    public string Default => Name + "_default";

    /// <summary>First days of the units that must be there at <paramref name="today"/>: the present one and some to come.</summary>
    public IEnumerable<DateOnly> Ahead(DateOnly today) => Unit == PartitionUnit.Day
        ? Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays)
        : Enumerable.Range(0, MonthsAhead + 1).Select(StartOf(today).AddMonths);

    public DateOnly StartOf(DateOnly day) => Unit == PartitionUnit.Day ? day : new DateOnly(day.Year, day.Month, 1);

    public DateOnly EndOf(DateOnly start) => Unit == PartitionUnit.Day ? start.AddDays(1) : start.AddMonths(1);

    public string PartitionOf(DateOnly start) =>
        Name + "_" + start.ToString(Unit == PartitionUnit.Day ? "yyyyMMdd" : "yyyyMM", CultureInfo.InvariantCulture);
}
