using System.Globalization;
using System.Text;
using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Charts;

/// <summary>A timeline as CSV (RFC 4180): a header, then a stretch a line. All of it is times and numbers, so nothing in it can be a formula.</summary>
internal static class TimelineTable
{
    public static byte[] Write(CompressionTimeline timeline)
    {
        var text = new StringBuilder("time,events,windows,anomalies,suppressed,ratio,largestRatio,smallestPValue\r\n");
        foreach (var point in timeline.Points)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{point.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'},{point.Events},{point.Windows},{point.Anomalies},{point.Suppressed},{point.Ratio},{point.LargestRatio},{point.SmallestPValue}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
