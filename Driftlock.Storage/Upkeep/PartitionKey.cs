using System.Globalization;

namespace Driftlock.Storage.Upkeep;

/// <summary>The column by which a table is partitioned: how a day is written as its bound, and read out of one.</summary>
/// <param name="Column">Its name.</param>
/// <param name="DayOf">SQL that gives the day (UTC) of a row.</param>
/// <param name="Write">The first instant of a day, as an SQL literal.</param>
/// <param name="Read">A bound as Postgres shows it (time zone UTC, dates in ISO style).</param>
public sealed record PartitionKey(string Column, string DayOf, Func<DateOnly, string> Write, Func<string, DateOnly> Read)
{
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>An integer: days since 1970.</summary>
    public static PartitionKey DayNumber(string column) => new(
        column, $"date '1970-01-01' + {column}",
        day => (day.DayNumber - Epoch.DayNumber).ToString(CultureInfo.InvariantCulture),
        bound => Epoch.AddDays(int.Parse(bound.Trim('\''), CultureInfo.InvariantCulture)));

    /// <summary>A timestamptz.</summary>
    public static PartitionKey Time(string column) => new(
        column, $"({column} AT TIME ZONE 'UTC')::date",
        day => string.Create(CultureInfo.InvariantCulture, $"'{day:yyyy-MM-dd} 00:00:00+00'"),
        bound => DateOnly.FromDateTime(DateTimeOffset.Parse(bound.Trim('\''), CultureInfo.InvariantCulture).UtcDateTime));
}
