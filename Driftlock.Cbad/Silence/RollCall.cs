using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Silence;

/// <summary>
/// Which metrics of one service come in its sendings, and which no longer does though others do. A new instance makes what vanished with an old
/// one no silence: all are followed anew.
/// </summary>
internal sealed class RollCall
{
    /// <summary>Metrics that are followed: those that came first.</summary>
    public const int Most = 1024;

    /// <summary>Resources of the service that are told apart; one more, and all begins anew.</summary>
    public const int MostSenders = 1024;

    /// <summary>Comings before a metric is missed.</summary>
    public const int LeastComings = 200;

    public const long MaxBytes = (Most * (RegularLine.Bytes + EntryBytes)) + (MostSenders * EntryBytes);

    private const long EntryBytes = 48;

    private const double NaturalPerUnit = 0.6931471805599453 / FixedLog.One;

    private readonly SortedDictionary<ulong, RegularLine> _followed = [];
    private readonly SortedSet<ulong> _senders = [];
    private long _received;

    /// <summary>Requests that are received so soon after the first of a sending belong to it: exporters split what is large.</summary>
    public const long TogetherNano = 1_000_000_000;

    /// <summary>Sendings so far.</summary>
    public long Sendings { get; private set; }

    public int Followed => _followed.Count;

    public long Bytes => (_followed.Count * (RegularLine.Bytes + EntryBytes)) + (_senders.Count * EntryBytes);

    /// <summary>P(some metric of as many is away for as long), from <see cref="RegularLine.Absence"/> (places are sendings), a bit for each half, times their number.</summary>
    public static double PValue(in RegularLine metric, long sendings, int followed) =>
        Math.Min(1, followed * ExactMath.Exp(-metric.Absence(sendings, int.MaxValue) * NaturalPerUnit));

    /// <summary>True when a request begins a sending: what is missing since the one before is to be judged now.</summary>
    public bool IsNext(long receivedUnixNano) => receivedUnixNano - _received >= TogetherNano || _received - receivedUnixNano > Beats.InterruptedNano;

    public void Begin(long receivedUnixNano)
    {
        _received = receivedUnixNano;
        Sendings++;
    }

    /// <summary>The metric that is missed most; false where none is followed for long enough.</summary>
    public bool TryMissed(out RegularLine missed)
    {
        missed = default;
        var (most, found) = (-1, false);
        foreach (var metric in _followed.Values)
        {
            if (metric.Count < LeastComings) continue;
            var absence = metric.Absence(Sendings, int.MaxValue);
            if (absence <= most) continue;
            (most, missed, found) = (absence, metric, true);
        }
        return found;
    }

    /// <summary>Forgets all that are missed as much: they are told. Their number.</summary>
    public int Tell(in RegularLine missed)
    {
        var absence = missed.Absence(Sendings, int.MaxValue);
        var told = _followed.Values.Where(metric => metric.Count >= LeastComings && metric.Absence(Sendings, int.MaxValue) >= absence).Select(metric => metric.Hash).ToList();
        foreach (var metric in told) _followed.Remove(metric);
        return told.Count;
    }

    /// <summary>Notes that the sending brought a metric.</summary>
    public void Hear(ulong stream, ulong sender)
    {
        Meet(sender);
        var place = Sendings - 1;
        if (_followed.TryGetValue(stream, out var metric))
        {
            if (metric.Last == place) return;
            metric.Meet(place, 0);
            _followed[stream] = metric;
        }
        else if (_followed.Count < Most)
        {
            _followed[stream] = new RegularLine { Hash = stream, First = place, Last = place, Count = 1 };
        }
    }

    public void Save(ByteBuffer target)
    {
        target.WriteFixed64((ulong)_received);
        target.WriteVarint((ulong)Sendings);
        target.WriteVarint((ulong)_senders.Count);
        foreach (var sender in _senders) target.WriteFixed64(sender);
        target.WriteVarint((ulong)_followed.Count);
        foreach (var metric in _followed.Values) metric.Save(target);
    }

    /// <summary>Into a new one.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _received = (long)Varint.ReadFixed64(ref source);
        Sendings = (long)Varint.Read(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--) _senders.Add(Varint.ReadFixed64(ref source));
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var metric = RegularLine.Load(ref source);
            _followed[metric.Hash] = metric;
        }
    }

    private void Meet(ulong sender)
    {
        if (_senders.Contains(sender)) return;
        _followed.Clear();
        if (_senders.Count == MostSenders) _senders.Clear();
        _senders.Add(sender);
    }
}
