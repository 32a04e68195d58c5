using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Silence;

/// <summary>The beats of a partition: of services for metrics and spans, of each stream for logs.</summary>
internal sealed class Beats
{
    /// <summary>A partition without any entry for longer was not judged, or received nothing at all: nobody can be said to be silent. Exporters send every minute unless told otherwise.</summary>
    public const long InterruptedNano = 300_000_000_000;

    private readonly SortedDictionary<ulong, Beat> _all = [];
    private long _latest;

    /// <summary>True while a silence could be noticed: ticks are needed.</summary>
    public bool AreAwaited => _all.Values.Any(beat => !beat.IsReported && beat.IsRegular);

    public IEnumerable<Beat> All => _all.Values;

    /// <summary>Every entry of the log says that we are there, at its time of receipt.</summary>
    public void Here(long receivedUnixNano)
    {
        // A clock far ahead of its own was set right: time goes on from here.
        var isSetBack = _latest - receivedUnixNano > InterruptedNano;
        if (isSetBack || receivedUnixNano - _latest > InterruptedNano)
            foreach (var beat in _all.Values) beat.Interrupt(receivedUnixNano);
        _latest = isSetBack ? receivedUnixNano : Math.Max(_latest, receivedUnixNano);
    }

    /// <summary>True when the block ends a pause.</summary>
    /// <param name="stream">The block's.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="block">What was received.</param>
    /// <param name="receivedUnixNano">When.</param>
    public bool Hear(ulong stream, int tenant, in EventBlock block, long receivedUnixNano)
    {
        var key = block.Signal == Signal.Logs ? stream : StreamId.Of(tenant, block.Signal, block.Service, default).Value;
        if (!_all.TryGetValue(key, out var beat)) _all[key] = beat = new Beat(stream, block.Signal, tenant, block.Service.ToArray(), block.Name.ToArray());
        return beat.Hear(receivedUnixNano);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteFixed64((ulong)_latest);
        target.WriteVarint((ulong)_all.Count);
        foreach (var (key, beat) in _all)
        {
            target.WriteFixed64(key);
            beat.Save(target);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _all.Clear();
        _latest = (long)Varint.ReadFixed64(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var key = Varint.ReadFixed64(ref source);
            _all[key] = Beat.Load(ref source);
        }
    }
}
