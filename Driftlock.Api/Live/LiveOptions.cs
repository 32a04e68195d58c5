namespace Driftlock.Api.Live;

/// <summary>Section <c>Live</c>.</summary>
public sealed class LiveOptions
{
    public const string Section = "Live";

    /// <summary>Clients of the live stream at once; one more is refused with 503 and <c>too_many_live_clients</c>.</summary>
    public int Clients { get; set; } = 1_000;

    /// <summary>Anomalies that may wait for a slow client; one more ends its stream, and it resumes with Last-Event-ID.</summary>
    public int QueuedPerClient { get; set; } = 256;

    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the store is asked when nobody says that something is new: all there is while Redis is away.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(2);
}
