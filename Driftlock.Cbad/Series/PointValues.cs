using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The numbers of one metric stream that are judged: the value of a gauge or a delta sum, the rate of a counter; of a distribution the
/// rate, the mean and the 95th percentile. What a point does not say is NaN. Instances of a service
/// share a stream, because their names change with every start; what is counted up is counted for each of them.
/// </summary>
internal sealed class PointValues
{
    public const int MostChannels = 3;

    /// <summary>Resources that send one stream at once, such as the instances of a service.</summary>
    public const int MostSenders = 8;

    /// <summary>Points of the others.</summary>
    private const int GoneAfter = 16 * MostSenders;

    private readonly List<MetricSender> _senders = [];
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

    public long Bytes
    {
        get
        {
            var sum = 64L;
            foreach (var sender in _senders) sum += sender.Bytes;
            return sum;
        }
    }

    /// <exception cref="InvalidDataException">No metric is of this kind.</exception>
    public static IReadOnlyList<string> ChannelsOf(PointKind kind) => kind switch
    {
        PointKind.Gauge or PointKind.DeltaSum => ["value"],
        PointKind.CumulativeSum => ["rate"],
        PointKind.CumulativeHistogram or PointKind.DeltaHistogram or PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram or PointKind.Summary =>
            ["rate", "mean", "percentile95"],
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
        Of(sender)?.Observe(view, time, values);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_reads);
        target.WriteVarint((ulong)_senders.Count);
        foreach (var sender in _senders)
        {
            target.WriteFixed64(sender.Key);
            target.WriteVarint((ulong)sender.LastRead);
            sender.Save(target);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _reads = (long)Varint.Read(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            if (_senders.Count == MostSenders) throw new InvalidDataException($"more than {MostSenders} senders of one metric stream");
            var sender = new MetricSender(Varint.ReadFixed64(ref source), Kind) { LastRead = (long)Varint.Read(ref source) };
            sender.Load(ref source);
            _senders.Add(sender);
        }
    }

    /// <summary>
    /// What is kept of a sender. At the bound a further one takes the place of the one that was silent longest, once that is gone by all appearance;
    /// until then it is not read: were all to take turns, none would ever have a point before.
    /// </summary>
    private MetricSender? Of(ulong key)
    {
        var oldest = 0;
        _reads++;
        for (var i = 0; i < _senders.Count; i++)
        {
            if (_senders[i].LastRead < _senders[oldest].LastRead) oldest = i;
            if (_senders[i].Key != key) continue;
            _senders[i].LastRead = _reads;
            return _senders[i];
        }
        if (_senders.Count == MostSenders && _reads - _senders[oldest].LastRead <= GoneAfter) return null;
        var sender = new MetricSender(key, Kind) { LastRead = _reads };
        if (_senders.Count < MostSenders) _senders.Add(sender);
        else _senders[oldest] = sender;
        return sender;
    }
}
