using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;
using Driftlock.Cli.Scan;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Eval;

/// <summary>Spans of one trace, as recorded.</summary>
internal sealed record RecordedTrace(ulong IdHigh, ulong IdLow, SpanFacts[] Spans)
{
    public ulong End => Spans.Max(span => span.End);
}

/// <summary>Traces in the order in which they ended, with the names of their operations. Read from OTLP/JSON lines or from Nezha's tables.</summary>
internal sealed class TraceData
{
    private const string OtlpSuffix = ".otlp.jsonl";
    private const string NezhaHeader = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano";
    private const int MaxSpans = 5_000_000;

    private readonly Dictionary<(ulong High, ulong Low), List<SpanFacts>> _byId = [];
    private int _spans;

    /// <summary>Service and span name of each operation.</summary>
    public Dictionary<ulong, (string Service, string Name)> Operations { get; } = [];

    public List<RecordedTrace> Traces => [.. _byId.Select(pair => new RecordedTrace(pair.Key.High, pair.Key.Low, [.. pair.Value]))
        .OrderBy(trace => trace.End).ThenBy(trace => trace.IdHigh).ThenBy(trace => trace.IdLow)];

    public static bool IsIn(string directory) => OtlpFiles(directory).Count > 0 || NezhaFiles(directory, "faultfree").Count > 0;

    /// <summary>What held no injected fault: all OTLP/JSON lines, or Nezha's fault-free minutes.</summary>
    /// <exception cref="InputException">A file is not of its layout, or holds no span.</exception>
    public static TraceData ReadNormal(string directory)
    {
        var data = new TraceData();
        foreach (var path in OtlpFiles(directory)) data.ReadOtlp(path);
        foreach (var path in NezhaFiles(directory, "faultfree")) data.ReadNezha(path);
        return data._spans > 0 ? data : throw new InputException($"{directory}: no span in *{OtlpSuffix}[.gz] or faultfree/trace/*.csv[.gz]");
    }

    /// <summary>Tables of Nezha's layout below a directory named <paramref name="part"/> ("fault" or "faultfree"), by path.</summary>
    public static List<string> NezhaFiles(string directory, string part) => Files(directory,
        path => path.EndsWith(".csv", StringComparison.Ordinal) && path.Contains($"/{part}/trace/", StringComparison.Ordinal));

    public void ReadNezha(string path)
    {
        var number = 0;
        foreach (var line in LabelledLog.ReadLines(path))
        {
            number++;
            if (number == 1)
            {
                if (!line.StartsWith(NezhaHeader, StringComparison.Ordinal)) throw new InputException($"{path}, line 1: '{NezhaHeader}' is expected");
                continue;
            }
            var cells = line.Split(',');
            // A span name may hold commas: the first four and the last three cells are counted from their ends.
            if (cells.Length < 8 || Hex(cells[0], 0) is not { } high || Hex(cells[0], 16) is not { } low || Hex(cells[1], 0) is not { } id
                || !ulong.TryParse(cells[^3], CultureInfo.InvariantCulture, out var start) || !ulong.TryParse(cells[^2], CultureInfo.InvariantCulture, out var end))
                throw new InputException($"{path}, line {number}: not a row of {NezhaHeader}");
            var operation = Operation(ServiceOf(cells[3]), string.Join(',', cells[4..^3]));
            Add((high, low), new SpanFacts(operation, id, Hex(cells[2], 0) ?? 0, start, end > start ? end - start : 0, 0, 1, 1));
        }
    }

    /// <summary>A pod's name without the two parts that the platform adds.</summary>
    public static string ServiceOf(string pod)
    {
        var parts = pod.Split('-');
        return parts.Length > 2 && parts[^1].Length == 5 && parts[^2].Any(char.IsAsciiDigit) ? string.Join('-', parts[..^2]) : pod;
    }

    private void ReadOtlp(string path)
    {
        using var input = ScanFile.Open(path);
        var source = new OtlpJsonSource(input, 0);
        var batch = new TelemetryBatch();
        while (source.TryRead(batch))
        {
            if (batch.Signal != Signal.Traces) continue;
            foreach (var stream in batch.Streams)
            {
                var operation = Operation(stream.ServiceText, stream.NameText);
                var reader = stream.ReadEvents();
                while (reader.Next(out var view))
                    if (TraceAssembly.TryIdOf(view, out var high, out var low)) Add((high, low), SpanFacts.Of(operation, view, 0));
            }
        }
    }

    private void Add((ulong High, ulong Low) id, SpanFacts span)
    {
        if (++_spans > MaxSpans) throw new InputException($"more than {MaxSpans} spans");
        if (!_byId.TryGetValue(id, out var spans)) _byId.Add(id, spans = []);
        spans.Add(span);
    }

    private ulong Operation(string service, string name)
    {
        var id = StreamId.Of(1, Signal.Traces, Encoding.UTF8.GetBytes(service), Encoding.UTF8.GetBytes(name)).Value;
        Operations.TryAdd(id, (service, name));
        return id;
    }

    private static ulong? Hex(string text, int start) => text.Length >= start + 16
        && ulong.TryParse(text.AsSpan(start, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static List<string> OtlpFiles(string directory) => Files(directory, path => path.EndsWith(OtlpSuffix, StringComparison.Ordinal));

    private static List<string> Files(string directory, Func<string, bool> isWanted)
    {
        if (!Directory.Exists(directory)) throw new InputException($"{directory}: no such directory");
        return [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(path => isWanted(path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path)).Order(StringComparer.Ordinal)];
    }
}
