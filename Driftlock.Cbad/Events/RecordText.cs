using System.Globalization;
using System.Text;

namespace Driftlock.Cbad.Events;

/// <summary>A log record as people read it.</summary>
public static class RecordText
{
    private static readonly string[] Severities = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    /// <summary>The body, or the event name where there is none.</summary>
    public static string BodyOf(in EventView view) => Encoding.UTF8.GetString(view.Body.IsEmpty ? view.Name : view.Body);

    /// <summary>OpenTelemetry's short name of a severity number, with its step (INFO2); null for 0.</summary>
    public static string? SeverityName(byte number)
    {
        if (number is 0 or > 24) return null;
        var step = (number - 1) % 4;
        return Severities[(number - 1) / 4] + (step == 0 ? "" : (step + 1).ToString(CultureInfo.InvariantCulture));
    }
}
