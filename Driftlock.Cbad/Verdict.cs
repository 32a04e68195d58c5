using Driftlock.Cbad.Events;

namespace Driftlock.Cbad;

/// <summary>What was decided about a window. Values are stored: never renumber them.</summary>
public enum VerdictKind : byte
{
    Normal = 1,

    /// <summary>The online error budget rejected the hypothesis that the window is like its past.</summary>
    Anomaly = 2,

    /// <summary>Rejected as well, but it says nothing that the anomaly just before it in the same stream did not say.</summary>
    Suppressed = 3,

    /// <summary>The stream's past was too short to judge (<see cref="EngineConfiguration.BaselineEvents"/>).</summary>
    Calibrating = 4,
}

/// <summary>What was judged.</summary>
public enum JudgedUnit : byte
{
    /// <summary>Consecutive events of a stream. Each event lies in exactly one window.</summary>
    Window,

    /// <summary>The spans of one whole trace.</summary>
    Trace,

    /// <summary>The log records of one session, which other records may stand between.</summary>
    Session,

    /// <summary>What a stream has been since a drift began.</summary>
    Drift,

    /// <summary>That nothing came.</summary>
    Silence,

    /// <summary>The metrics of one resource at one time.</summary>
    Resource,
}

/// <summary>The verdict on one window. Every event of a stream lies in exactly one window.</summary>
/// <param name="Kind">The decision.</param>
/// <param name="Tenant">The tenant the stream belongs to.</param>
/// <param name="Stream">The stream the window or session is of; of a trace, that of its root.</param>
/// <param name="Signal">The stream's signal.</param>
/// <param name="Position">The log entry whose event (or tick) closed the window.</param>
/// <param name="Ordinal">Counts the verdicts of that entry from 0.</param>
/// <param name="FirstEvent">0-based index, within the stream, of the window's first event.</param>
/// <param name="EventCount">Events in the window; fewer than configured only where the stream fell silent.</param>
/// <param name="FirstTimeUnixNano">Smallest event time, or time of receipt where the sender gave none.</param>
/// <param name="LastTimeUnixNano">Largest event time, or time of receipt where the sender gave none.</param>
/// <param name="PValue">Null while calibrating.</param>
/// <param name="Evidence">Set for anomalies only.</param>
public sealed record Verdict(
    VerdictKind Kind,
    int Tenant,
    StreamId Stream,
    Signal Signal,
    LogPosition Position,
    int Ordinal,
    long FirstEvent,
    int EventCount,
    ulong FirstTimeUnixNano,
    ulong LastTimeUnixNano,
    double? PValue,
    Evidence? Evidence)
{
    /// <summary>All but windows judge events once more that lie in windows as well.</summary>
    public JudgedUnit Unit { get; init; }

    /// <summary>Of a window of log records: bits that they cost given the stream's past, over the bits of the records as they are; null for everything else.</summary>
    public double? CompressionRatio { get; init; }

    /// <summary>Events of which this is the one verdict that counts them.</summary>
    public int CountedEvents => Unit == JudgedUnit.Window ? EventCount : 0;
}

/// <summary>How far a stream's calibration has come.</summary>
/// <param name="EventsSeen">Events since the stream began.</param>
/// <param name="EventsNeeded">Events until windows are judged; 0 when they are.</param>
/// <param name="StateBytes">Bytes that the stream's state holds in memory, at most <see cref="PartitionEngine.MaxStreamBytes"/>.</param>
public readonly record struct StreamProgress(long EventsSeen, long EventsNeeded, long StateBytes);
