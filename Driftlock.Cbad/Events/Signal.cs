namespace Driftlock.Cbad.Events;

/// <summary>The three OpenTelemetry signals. Values are stored in the event log: never renumber them.</summary>
public enum Signal : byte
{
    Logs = 1,
    Metrics = 2,
    Traces = 3,
}
