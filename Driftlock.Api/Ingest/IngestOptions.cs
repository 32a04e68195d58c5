namespace Driftlock.Api.Ingest;

/// <summary>Section <c>Ingest</c>.</summary>
public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Largest request body, before and after decompression. OTLP 1.11 recommends 64 MiB.</summary>
    public int RequestBytes { get; set; } = 64 << 20;

    /// <summary>Bytes of bodies that may be held at once, over all requests; beyond it senders are told to try again.</summary>
    public long InFlightBytes { get; set; } = 512L << 20;

    /// <summary>Streams that one tenant may have; events of further ones are rejected with a message.</summary>
    public int StreamsPerTenant { get; set; } = Storage.Streams.StreamRegistry.DefaultStreamsPerTenant;
}
