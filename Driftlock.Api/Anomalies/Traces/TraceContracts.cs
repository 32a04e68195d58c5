namespace Driftlock.Api.Anomalies.Traces;

/// <summary>The traces that an anomaly's lines belong to, as far as the event log still holds them.</summary>
/// <param name="Traces">That of the costliest line first; empty where no line names a trace, as with metrics.</param>
public sealed record AnomalyTraces(string AnomalyId, SearchedLog Searched, IReadOnlyList<AnomalyTrace> Traces);

/// <summary>The stretch of the event log that was read, by time of receipt; the times of the window's events where none was.</summary>
/// <param name="Entries">Of the tenant that were read.</param>
/// <param name="Complete">False when a bound was reached, or when retention has dropped a part of it.</param>
public sealed record SearchedLog(DateTimeOffset From, DateTimeOffset To, int Entries, bool Complete);

/// <param name="TraceId">32 hex digits.</param>
/// <param name="StartUnixNano">Of its first span, or of its first log record where no span is known; decimal text.</param>
/// <param name="DurationNano">From there to the last end.</param>
/// <param name="Services">In the order in which they come.</param>
/// <param name="Lines">Indexes into the explanation's lines, costliest first.</param>
/// <param name="Spans">A parent before its children, siblings by start; at most 500: those of the lines with all that called them, then the earliest.</param>
/// <param name="Logs">Log records by time; at most 50: those of the lines, then the earliest.</param>
/// <param name="Truncated">It has more spans than are shown.</param>
public sealed record AnomalyTrace(
    string TraceId, string StartUnixNano, long DurationNano, IReadOnlyList<string> Services, IReadOnlyList<int> Lines, IReadOnlyList<TraceSpan> Spans,
    IReadOnlyList<TraceLog> Logs, bool Truncated);

/// <param name="SpanId">16 hex digits; zeros where the sender gave none.</param>
/// <param name="ParentSpanId">Null for a root; that of a span that is not here where it was not received.</param>
/// <param name="Kind">server, client, producer, consumer, internal or unspecified.</param>
/// <param name="StartUnixNano">Decimal text.</param>
/// <param name="Line">Index into the explanation's lines, where this span is one of the window's.</param>
public sealed record TraceSpan(
    string SpanId, string? ParentSpanId, string Service, string Name, string Kind, string StartUnixNano, long DurationNano, bool Failed, int? Line);

/// <param name="TimeUnixNano">Decimal text.</param>
/// <param name="Severity">OpenTelemetry's short name; null where the sender gave none.</param>
/// <param name="Text">Its first 500 characters.</param>
/// <param name="SpanId">Of the span that wrote it; null where the sender gave none.</param>
/// <param name="Line">Index into the explanation's lines, where this record is one of the window's.</param>
public sealed record TraceLog(string Service, string TimeUnixNano, string? Severity, string Text, string? SpanId, int? Line);
