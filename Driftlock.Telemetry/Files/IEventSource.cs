namespace Driftlock.Telemetry.Files;

/// <summary>The events of a file, a piece at a time.</summary>
public interface IEventSource
{
    /// <summary>Replaces what <paramref name="batch"/> holds by the next events, as those of a request; false at the end, and then it is empty.</summary>
    /// <exception cref="FileFormatException">The file is not of its format.</exception>
    bool TryRead(TelemetryBatch batch);

    /// <summary>What a file can be; auto: its name and its first bytes tell.</summary>
    static IReadOnlyList<string> Formats { get; } = ["auto", "text", "ndjson", "otlp-json", "csv"];

    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="input">From its beginning.</param>
    /// <param name="redactor">Applied to lines; export requests are redacted in any case, as the server does it.</param>
    /// <param name="receivedUnixNano">Stands in for times that the file leaves out.</param>
    static IEventSource Of(string format, ScanInput input, Redactor redactor, long receivedUnixNano = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (format == "auto") format = Guess(input);
        return format == "otlp-json" ? new OtlpJsonSource(input, receivedUnixNano) : new LineSource(input, LineFormat.Of(format), redactor, receivedUnixNano);
    }

    private static string Guess(ScanInput input)
    {
        var first = input.Beginning.TrimStart(" \t\r\n"u8);
        if (first is [(byte)'{', ..]) return ExportRequest.Looks(first) ? "otlp-json" : "ndjson";
        return input.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || input.Name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? "csv" : "text";
    }
}
