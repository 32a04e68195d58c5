namespace Driftlock.Api.Exports;

/// <summary>What an export may be.</summary>
internal static class ExportLimits
{
    /// <summary>Queued or running, of one tenant; one more is refused.</summary>
    public const int Unfinished = 3;

    /// <summary>On the list of one tenant; the oldest goes when one more is asked for.</summary>
    public const int PerTenant = 50;

    /// <summary>Of one file. An export that would grow beyond fails and says so.</summary>
    public const long Bytes = 2L << 30;

    /// <summary>Anomalies in one chunk, which is one transaction; with evidence they are large.</summary>
    public const int ChunkRows = 200;

    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>An Api that is silent for so long does not work on it any more.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
}
