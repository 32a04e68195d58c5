using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The numbers of one metric stream that are judged: the value of a gauge or a delta sum, the rate of a counter; of a distribution the
/// rate, the mean and, where it has buckets with bounds, the 95th percentile. What a point does not say is NaN. Instances of a service
/// share a stream, because their names change with every start; what is counted up is counted for each of them.
/// </summary>
internal sealed class PointValues
{
    public const int MostChannels = 3;

    /// <summary>Resources that send one stream at once, such as the instances of a service.</summary>
    public const int MostSenders = 8;

    // Of an exponential histogram and a summary, count and sum are judged; their shape is not.
    private const int Counted = 2;
    private const int FixedNumbers = 4;

    private readonly List<Sender> _senders = [];
    private long _reads;

    /// <exception cref="InvalidDataException">No metric is of this kind.</exception>
    public PointValues(PointKind kind)
    {
        Kind = kind;
        Channels = ChannelsOf(kind);
    }

    /// <summary>True when a point means something only beside the one before it of the same sender.</summary>
    public bool TellsSendersApart => Kind is not (PointKind.Gauge or PointKind.DeltaSum);

    public PointKind Kind { get; }

    /// <summary>What the numbers are, in order.</summary>
    public IReadOnlyList<string> Channels { get; }

    public long Bytes => 64 + (_senders.Count * (80L + (Channels.Count > 1 ? HistogramDeltas.Bytes : 0)));

    /// <exception cref="InvalidDataException">No metric is of this kind.</exception>
    public static IReadOnlyList<string> ChannelsOf(PointKind kind) => kind switch
    {
        PointKind.Gauge or PointKind.DeltaSum => ["value"],
        PointKind.CumulativeSum => ["rate"],
        PointKind.CumulativeHistogram or PointKind.DeltaHistogram => ["rate", "mean", "percentile95"],
        PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram or PointKind.Summary => ["rate", "mean"],
        _ => throw new InvalidDataException($"a data point of kind {(byte)kind}"),
    };

    /// <summary>One number a channel, of a point of <see cref="Kind"/>.</summary>
    /// <param name="view">The point.</param>
    /// <param name="sender">Whatever tells the resources apart that send this stream; any value where <see cref="TellsSendersApart"/> is false.</param>
    /// <param name="time">Of the point, never 0.</param>
    /// <param name="values">Filled, one a channel.</param>
    public void Read(in EventView view, ulong sender, ulong time, Span<double> values)
    {
        values.Fill(double.NaN);
        if (!TellsSendersApart)
        {
            if (view.NumberCount > 0) values[0] = view.Number(0);
            return;
        }
        var past = Of(sender);
        if (past.Deltas is not null) ReadDistribution(view, past.Deltas, time, values);
        else if (view.NumberCount > 0) values[0] = past.Rate!.Observe(0, time, view.Number(0)) ?? double.NaN;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_reads);
        target.WriteVarint((ulong)_senders.Count);
        foreach (var sender in _senders)
        {
            target.WriteFixed64(sender.Key);
            target.WriteVarint((ulong)sender.LastRead);
            sender.Rate?.Save(target);
            sender.Deltas?.Save(target);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _reads = (long)Varint.Read(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            if (_senders.Count == MostSenders) throw new InvalidDataException($"more than {MostSenders} senders of one metric stream");
            var sender = NewSender(Varint.ReadFixed64(ref source));
            sender.LastRead = (long)Varint.Read(ref source);
            sender.Rate?.Load(ref source);
            sender.Deltas?.Load(ref source);
            _senders.Add(sender);
        }
    }

    /// <summary>What is kept of a sender; at the bound, in place of the one that was silent longest.</summary>
    private Sender Of(ulong key)
    {
        var oldest = 0;
        for (var i = 0; i < _senders.Count; i++)
        {
            if (_senders[i].LastRead < _senders[oldest].LastRead) oldest = i;
            if (_senders[i].Key != key) continue;
            _senders[i].LastRead = ++_reads;
            return _senders[i];
        }
        var sender = NewSender(key);
        sender.LastRead = ++_reads;
        if (_senders.Count < MostSenders) _senders.Add(sender);
        else _senders[oldest] = sender;
        return sender;
    }

    private Sender NewSender(ulong key) => new()
    {
        Key = key,
        Rate = Kind == PointKind.CumulativeSum ? new CounterRate() : null,
        Deltas = Channels.Count > 1 ? new HistogramDeltas() : null,
    };

    private void ReadDistribution(in EventView view, HistogramDeltas deltas, ulong time, Span<double> values)
    {
        if (view.NumberCount < FixedNumbers) return;
        var isCumulative = Kind is PointKind.CumulativeHistogram or PointKind.CumulativeExponentialHistogram or PointKind.Summary;
        var buckets = Channels.Count == Counted ? 0 : (view.NumberCount - FixedNumbers + 1) / 2;
        Span<double> bounds = stackalloc double[HistogramDeltas.MaxBuckets - 1];
        Span<ulong> counts = stackalloc ulong[HistogramDeltas.MaxBuckets];
        var kept = Math.Clamp(buckets, 1, HistogramDeltas.MaxBuckets);
        counts.Clear();
        if (buckets == 0) counts[0] = ToCount(view.Number(0));
        for (var i = 0; i < kept - 1; i++) bounds[i] = view.Number(FixedNumbers + i);
        for (var i = 0; i < buckets; i++) counts[Math.Min(i, kept - 1)] += ToCount(view.Number(FixedNumbers + buckets - 1 + i));
        if (deltas.Observe(0, time, isCumulative, view.Number(1), bounds[..(kept - 1)], counts[..kept]) is not { } figures) return;
        values[0] = figures.Rate;
        values[1] = figures.Mean;
        if (values.Length > Counted) values[2] = figures.Percentile95;
    }

    private static ulong ToCount(double number) => number is > 0 and < 9e18 ? (ulong)number : 0;

    private sealed class Sender
    {
        public required ulong Key { get; init; }

        public long LastRead { get; set; }

        public CounterRate? Rate { get; init; }

        public HistogramDeltas? Deltas { get; init; }
    }
}
