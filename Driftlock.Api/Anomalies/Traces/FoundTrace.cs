using System.Globalization;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Anomalies.Traces;

/// <summary>
/// A trace while it is being found: what the evidence keeps of it stands in until its place in the log is read. Holds at most
/// <see cref="MostSpansKept"/> spans and <see cref="MostLogsKept"/> log records beside those of the lines.
/// </summary>
/// <param name="judged">The window's events of this trace.</param>
/// <param name="lineOf">From an event's place in the window to that in the explanation's lines.</param>
/// <param name="lines">Of this trace, costliest first.</param>
internal sealed class FoundTrace(IEnumerable<JudgedEvent> judged, IReadOnlyDictionary<int, int> lineOf, IReadOnlyList<int> lines)
{
    /// <summary>As many as are judged of one trace.</summary>
    private const int MostSpansKept = 2_048;

    private const int MostLogs = 50;
    private const int MostLogsKept = 20 * MostLogs;
    private const int LongestText = 500;
    private const int SpanIdDigits = 16;
    private const double LongestNano = 3.2e17;

    /// <summary>Status.StatusCode STATUS_CODE_ERROR (trace.proto).</summary>
    private const byte FailedStatus = 2;

    private readonly Dictionary<int, int> _rankOf = lines.Select((line, rank) => (line, rank)).ToDictionary(pair => pair.line, pair => pair.rank);
    private readonly List<JudgedEvent> _missing = [.. judged];
    private readonly List<FoundSpan> _spans = [];
    private readonly List<(ulong Time, TraceLog Log)> _logs = [];
    private bool _isTruncated;

    /// <summary>Events of the window whose place in the log is not found yet.</summary>
    public IReadOnlyList<JudgedEvent> Missing => _missing;

    /// <summary>Receipt of the first and the last entry that holds an event of the window; null while none is found.</summary>
    public (long First, long Last)? Received { get; private set; }

    /// <summary>Where these entries lie.</summary>
    public SegmentRange? Segments { get; private set; }

    /// <summary>Takes an event of this trace out of an entry of the log.</summary>
    public void Add(in EventBlock block, StreamId stream, in EventView view, LogEntry entry)
    {
        var received = entry.ReceivedUnixNano;
        int? line = null;
        for (var i = 0; i < _missing.Count; i++)
        {
            if (!_missing[i].IsOf(stream, view, received)) continue;
            line = lineOf.TryGetValue(_missing[i].Index, out var known) ? known : null;
            _missing.RemoveAt(i);
            Received = (Math.Min(Received?.First ?? long.MaxValue, received), Math.Max(Received?.Last ?? 0, received));
            var segment = new SegmentRange(entry.Segment, entry.Segment);
            Segments = Segments?.With(segment) ?? segment;
            break;
        }
        Add(Encoding.UTF8.GetString(block.Service), Encoding.UTF8.GetString(block.Name), view, view.TimeUnixNano == 0 ? (ulong)received : view.TimeUnixNano, line);
    }

    public AnomalyTrace ToAnswer(string traceId)
    {
        foreach (var kept in _missing)
            if (kept.HasText) Add(kept.Service, kept.Name, kept.View, kept.View.TimeUnixNano, lineOf.TryGetValue(kept.Index, out var line) ? line : null);
        _missing.Clear();
        TrimLogs(MostLogs);
        var spans = Waterfall.Of(_spans, lines);
        var logs = _logs.OrderBy(log => log.Time).ToList();
        var start = _spans.Count > 0 ? _spans.Min(span => span.Start) : logs.Count > 0 ? logs[0].Time : 0;
        var end = _spans.Count > 0 ? _spans.Max(span => span.Start + span.Duration) : logs.Count > 0 ? logs[^1].Time : 0;
        return new AnomalyTrace(
            traceId, Text(start), (long)(end - start), [.. spans.Select(span => span.Service).Concat(logs.Select(log => log.Log.Service)).Distinct(StringComparer.Ordinal)], lines,
            [.. spans.Select(span => new TraceSpan(span.SpanId, span.ParentSpanId, span.Service, span.Name, span.Kind, Text(span.Start), (long)span.Duration, span.Failed, span.Line))],
            [.. logs.Select(log => log.Log)], _isTruncated || spans.Count < _spans.Count);
    }

    private void Add(string service, string name, in EventView view, ulong time, int? line)
    {
        // A clock that far ahead is wrong, and sums stay within bounds.
        time = Math.Min(time, ulong.MaxValue >> 1);
        if (view.Signal == Signal.Logs)
        {
            _logs.Add((time, new TraceLog(service, Text(time), RecordText.SeverityName(view.Severity), TextStart.Of(RecordText.BodyOf(view), LongestText), Hex(view.SpanId), line)));
            if (_logs.Count > MostLogsKept) TrimLogs(MostLogsKept / 2);
            return;
        }
        if (line is null && _spans.Count >= MostSpansKept)
        {
            _isTruncated = true;
            return;
        }
        var duration = view.NumberCount == 0 ? 0 : Math.Clamp(view.Number(0), 0, LongestNano);
        _spans.Add(new FoundSpan(Hex(view.SpanId) ?? new string('0', SpanIdDigits), Hex(view.ParentSpanId), service, name, Kind(view.Name), time, (ulong)duration, view.Severity == FailedStatus, line));
    }

    /// <summary>Records of the lines stay, the costliest first, then the earliest.</summary>
    private void TrimLogs(int most)
    {
        if (_logs.Count <= most) return;
        var kept = _logs.OrderBy(log => log.Log.Line is { } line ? _rankOf[line] : int.MaxValue).ThenBy(log => log.Time).Take(most).ToList();
        _logs.Clear();
        _logs.AddRange(kept);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Hex(ReadOnlySpan<byte> id) => id.IsEmpty ? null : Convert.ToHexStringLower(id);

    /// <summary>SPAN_KIND_SERVER is server.</summary>
    private static string Kind(ReadOnlySpan<byte> name) => name.IsEmpty ? "unspecified" : Encoding.UTF8.GetString(name)["SPAN_KIND_".Length..].ToLowerInvariant();
}
