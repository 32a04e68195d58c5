namespace Driftlock.Cbad.Series;

/// <summary>The ways in which a point of a series may be odd.</summary>
public enum SeriesFamily
{
    /// <summary>The last 12 values resemble nothing before them.</summary>
    Shape,

    /// <summary>Steps between values of a size that is rare here, for ten rows.</summary>
    Step,

    /// <summary>Values that are rare here, for ten rows.</summary>
    RareValue,

    /// <summary>A value beyond the extremes.</summary>
    Extreme,

    /// <summary>A value unlike this hour of the day, or of the week.</summary>
    TimeOfDay,

    /// <summary>The mean of the last 24 values is beyond the extremes of such means.</summary>
    Level,

    /// <summary>The spread of the last 48 values is beyond the extremes of such spreads.</summary>
    Spread,
}
