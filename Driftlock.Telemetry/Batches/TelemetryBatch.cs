using System.Runtime.InteropServices;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Batches;

namespace Driftlock.Telemetry;

/// <summary>
/// The events of one request, sorted into blocks ready for the event log, with counts of everything that was refused, cut or redacted.
/// Reused: every read begins with <see cref="Reset"/>, which keeps the memory. Not for use by two threads.
/// </summary>
public sealed class TelemetryBatch
{
    private readonly StreamTable _table;
    private readonly long[] _rejected = new long[Enum.GetValues<RejectionReason>().Length];
    private string? _firstRejection;

    public TelemetryBatch(TelemetryLimits? limits = null)
    {
        Limits = limits ?? TelemetryLimits.Default;
        _table = new StreamTable(Limits.Streams);
        Pending = new PendingItem(this);
    }

    public TelemetryLimits Limits { get; }

    public Signal Signal { get; private set; }

    /// <summary>Blocks in the order in which their first events came. Valid until the next <see cref="Reset"/>.</summary>
    public ReadOnlySpan<StreamBlock> Streams => CollectionsMarshal.AsSpan(_table.Used);

    /// <summary>Items that are in <see cref="Streams"/>.</summary>
    public long Accepted { get; private set; }

    /// <summary>Items that are not, for the reasons in <see cref="PartialSuccessMessage"/>.</summary>
    public long Rejected { get; private set; }

    /// <summary>Data points without a recorded value (staleness markers): neither stored nor rejected.</summary>
    public long WithoutValue { get; internal set; }

    public CutCounts Cuts { get; } = new();

    public RedactionCounts Redactions { get; } = new();

    /// <summary>One sentence for the OTLP partial success response; null when nothing was rejected.</summary>
    public string? PartialSuccessMessage => _firstRejection is null ? null
        : Rejected == 1 ? $"1 item was rejected: {_firstRejection}" : $"{Rejected} items were rejected; the first: {_firstRejection}";

    /// <summary>Bytes of all blocks as <see cref="StreamBlock.WriteTo"/> writes them.</summary>
    public long EncodedBytes
    {
        get
        {
            long sum = 0;
            foreach (var stream in Streams) sum += stream.EncodedLength;
            return sum;
        }
    }

    internal Redactor Redactor { get; private set; } = Redactor.Standard;

    internal long ReceivedUnixNano { get; private set; }

    internal PendingItem Pending { get; }

    /// <summary>Longest text that went through this batch's buffers since it was made; they grew to its size and stay so.</summary>
    internal int LargestText { get; set; }

    public long RejectedFor(RejectionReason reason) => _rejected[(int)reason];

    /// <summary>
    /// Empties the batch and prepares it for the next request; <paramref name="receivedUnixNano"/> stands in for times that the sender
    /// left out.
    /// </summary>
    public void Reset(Signal signal, long receivedUnixNano, Redactor redactor)
    {
        ArgumentNullException.ThrowIfNull(redactor);
        ArgumentOutOfRangeException.ThrowIfNegative(receivedUnixNano);
        Signal = signal;
        ReceivedUnixNano = receivedUnixNano;
        Redactor = redactor;
        _table.Clear();
        Array.Clear(_rejected);
        _firstRejection = null;
        Accepted = Rejected = WithoutValue = 0;
        Cuts.Clear();
        Redactions.Clear();
        Pending.Reset(redactor);
    }

    /// <summary>The block for these names; null when the request has too many.</summary>
    internal StreamBlock? Stream(
        ReadOnlySpan<byte> service, ReadOnlySpan<byte> name, ReadOnlySpan<byte> resourceAttributes, int resourceAttributeCount) =>
        _table.Find(Signal, service, name, resourceAttributes, resourceAttributeCount);

    internal void Accept(int events = 1) => Accepted += events;

    internal void Reject(RejectionReason reason, string message, long items = 1)
    {
        _firstRejection ??= message;
        _rejected[(int)reason] += items;
        Rejected += items;
    }

    internal void RejectStream() =>
        Reject(RejectionReason.TooManyStreams, $"a request may hold {Limits.Streams} streams; send the rest in another request");
}
