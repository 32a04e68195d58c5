using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Scan;

/// <summary>The events of a file, a piece at a time.</summary>
internal interface IEventSource
{
    /// <summary>Replaces <paramref name="payload"/> by the next blocks, as a log entry holds them; false at the end.</summary>
    /// <exception cref="InputException">The file is not of its format.</exception>
    bool TryRead(ByteBuffer payload);

    static IEventSource Of(string format, ScanInput input)
    {
        if (format == "auto") format = Guess(input);
        return format == "otlp-json" ? new OtlpJsonSource(input) : new LineSource(input, LineFormat.Of(format));
    }

    private static string Guess(ScanInput input)
    {
        var first = input.Beginning.TrimStart(" \t\r\n"u8);
        if (first is [(byte)'{', ..]) return ExportRequest.Looks(first) ? "otlp-json" : "ndjson";
        return input.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || input.Name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? "csv" : "text";
    }
}
