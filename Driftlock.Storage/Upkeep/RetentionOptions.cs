namespace Driftlock.Storage.Upkeep;

/// <summary>Section <c>Retention</c>: how long rows are kept whose number grows with time.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Ten years: a bound against slips, not a promise of disk space.</summary>
    public const int MostDays = 3_660;

    /// <summary>Days of the event log. Older ones are kept for as long as a detector needs them to rebuild its state.</summary>
    public int LogDays { get; set; } = 14;

    /// <summary>Days that the minutes of streams are kept, for timelines; the hourly counts tell of the time before.</summary>
    public int MinuteDays { get; set; } = 60;

    /// <summary>Days that anomalies, their evidence and the hourly counts are kept; what was signed stays in the chain of evidence.</summary>
    public int AnomalyDays { get; set; } = 400;
}
