using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Streams;

/// <summary>What a stream still lacks before it can be judged, in a sentence.</summary>
internal static class CalibrationWords
{
    public static string Of(StreamInfo stream) => stream switch
    {
        { State: "ready" } => "It is judged: every window is compared with the stream's own past.",
        { EventsNeeded: > 0 } =>
            $"It is still being learnt: {Figures.Count(stream.EventsNeeded, "event")} more are needed before a window can be compared with anything. Nothing of it is judged until then.{Pace(stream)}",
        { Windows: 0 } => "It has enough events; its first window is judged when it is full, or when nothing has come for a while.",
        _ => "It has enough events and is ranking its first windows; the next ones are judged.",
    };

    /// <summary>When that will be, where the stream's own pace says something about it.</summary>
    private static string Pace(StreamInfo stream)
    {
        if (stream.FirstSeenAt is not { } first || stream.LastEventAt is not { } last || last <= first || stream.Events < 20)
            return "";
        var left = (last - first) / stream.Events * stream.EventsNeeded;
        return left < TimeSpan.FromDays(365) ? $" At its pace so far that takes about {Figures.Duration(left)}." : "";
    }
}
