using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Silence;

/// <summary>The beats of all services of a partition.</summary>
internal sealed class ServiceBeats
{
    /// <summary>A partition without any entry for longer was not judged, or received nothing at all: nobody can be said to be silent. Exporters send every minute unless told otherwise.</summary>
    public const long InterruptedNano = 300_000_000_000;

    private readonly SortedDictionary<ulong, ServiceBeat> _byService = [];
    private long _latest;

    /// <summary>True while a silence could be noticed: ticks are needed.</summary>
    public bool AreAwaited => _byService.Values.Any(beat => !beat.IsReported && beat.IsRegular);

    public IEnumerable<ServiceBeat> All => _byService.Values;

    /// <summary>Every entry of the log says that we are there, at its time of receipt.</summary>
    public void Here(long receivedUnixNano)
    {
        if (receivedUnixNano - _latest > InterruptedNano)
            foreach (var beat in _byService.Values) beat.Interrupt(receivedUnixNano);
        _latest = Math.Max(_latest, receivedUnixNano);
    }

    /// <summary>True when a block of metrics ends a pause of its service.</summary>
    public bool Beat(int tenant, in EventBlock block, long receivedUnixNano)
    {
        var service = StreamId.Of(tenant, Signal.Metrics, block.Service, default).Value;
        if (!_byService.TryGetValue(service, out var beat))
            _byService[service] = beat = new ServiceBeat(block.Stream(tenant).Value, tenant, block.Service.ToArray(), block.Name.ToArray());
        return beat.Beat(receivedUnixNano);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteFixed64((ulong)_latest);
        target.WriteVarint((ulong)_byService.Count);
        foreach (var (service, beat) in _byService)
        {
            target.WriteFixed64(service);
            beat.Save(target);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _byService.Clear();
        _latest = (long)Varint.ReadFixed64(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var service = Varint.ReadFixed64(ref source);
            _byService[service] = ServiceBeat.Load(ref source);
        }
    }
}
