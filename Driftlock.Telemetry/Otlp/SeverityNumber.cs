using System.Text;

namespace Driftlock.Telemetry.Otlp;

/// <summary>
/// OpenTelemetry severity numbers (1 TRACE, 5 DEBUG, 9 INFO, 13 WARN, 17 ERROR, 21 FATAL, each with three finer steps) for the names that
/// senders use; names of syslog as the log data model's appendix maps them.
/// </summary>
internal static class SeverityNumber
{
    /// <summary>0 (unspecified) for a name that is not known.</summary>
    public static byte FromText(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t[]"u8);
        if (text.IsEmpty || text.Length > 16) return 0;
        byte finer = 0;
        if (text[^1] is >= (byte)'2' and <= (byte)'4')
        {
            finer = (byte)(text[^1] - '1');
            text = text[..^1];
        }
        byte number = 0;
        foreach (var (name, value) in Names)
        {
            if (!Ascii.EqualsIgnoreCase(text, name)) continue;
            number = value;
            break;
        }
        if (finer == 0) return number;
        return number % 4 == 1 ? (byte)(number + finer) : (byte)0;
    }

    private static readonly (byte[] Name, byte Value)[] Names =
    [
        ("INFO"u8.ToArray(), 9), ("INFORMATION"u8.ToArray(), 9), ("INFORMATIONAL"u8.ToArray(), 9), ("NOTICE"u8.ToArray(), 10),
        ("WARN"u8.ToArray(), 13), ("WARNING"u8.ToArray(), 13),
        ("ERROR"u8.ToArray(), 17), ("ERR"u8.ToArray(), 17), ("SEVERE"u8.ToArray(), 17),
        ("CRITICAL"u8.ToArray(), 18), ("CRIT"u8.ToArray(), 18), ("ALERT"u8.ToArray(), 19),
        ("FATAL"u8.ToArray(), 21), ("EMERGENCY"u8.ToArray(), 21), ("EMERG"u8.ToArray(), 21), ("PANIC"u8.ToArray(), 21),
        ("DEBUG"u8.ToArray(), 5), ("FINE"u8.ToArray(), 5), ("TRACE"u8.ToArray(), 1), ("VERBOSE"u8.ToArray(), 1),
    ];
}
