namespace Driftlock.Storage.Upkeep;

/// <summary>Every partitioned table of the schema. A new one is a line here, and in its migration a partition NAME_default.</summary>
public static class PartitionedTables
{
    public static IReadOnlyList<PartitionedTable> Of(RetentionOptions keep) =>
    [
        new("log_entries", PartitionKey.DayNumber("segment"), PartitionUnit.Day, keep.LogDays, EventLogRelease.TryAsync),
        new("anomalies", PartitionKey.Time("detected_at"), PartitionUnit.Month, keep.AnomalyDays),
        new("stream_minutes", PartitionKey.Time("minute"), PartitionUnit.Day, keep.MinuteDays),
        new("stream_hours", PartitionKey.Time("hour"), PartitionUnit.Month, keep.AnomalyDays),
    ];
}
