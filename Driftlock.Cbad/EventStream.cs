using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad;

/// <summary>What is expected to resemble itself: all that is remembered of one stream, with its open window.</summary>
internal abstract class EventStream(ulong id, int tenant, byte[] service, byte[] name)
{
    public ulong Id => id;

    public int Tenant => tenant;

    public byte[] Service => service;

    public byte[] Name => name;

    public abstract Signal Signal { get; }

    /// <summary>As evidence names it.</summary>
    public EvidenceSource Source => EvidenceFrame.Source(id, Signal, service, name, tenant);

    /// <summary>Events of the open window.</summary>
    public int Open { get; protected set; }

    public long Events { get; private set; }

    public long FirstEvent => Events - Open;

    /// <summary>Event from which calibration counts; later than 0 when the past is no measure of what comes now.</summary>
    public long CalibratedFrom { get; protected set; }

    public ulong FirstTime { get; private set; }

    public ulong LastTime { get; private set; }

    public long LastReceived { get; private set; }

    /// <summary>What is watched for slow drift.</summary>
    public abstract DriftWatch Drift { get; }

    /// <summary>At most <see cref="PartitionEngine.MaxStreamBytes"/>.</summary>
    public abstract long Bytes { get; }

    /// <summary><see cref="Bytes"/> as last counted into the engine's sum.</summary>
    public long CountedBytes { get; set; }

    /// <summary>Of the open window: see <see cref="Verdict.CompressionRatio"/>.</summary>
    public virtual double? CompressionRatio => null;

    /// <summary>True when the open window, just rejected, says nothing that the ones rejected before it did not say.</summary>
    public abstract bool IsOfEpisode { get; }

    /// <summary>Takes one event into the open window; true when that is full.</summary>
    /// <param name="view">The event.</param>
    /// <param name="sender">Whatever tells the resources apart that send it.</param>
    /// <param name="receivedUnixNano">When its request was received.</param>
    public abstract bool Add(in EventView view, ulong sender, long receivedUnixNano);

    /// <summary>Ends the open window, before it is judged.</summary>
    /// <param name="before">To be filled, where the proof needs it, with the state as it was when the window began; it is the engine's.</param>
    public abstract void Complete(ByteBuffer before);

    /// <summary>The p-value of the completed window among those of the stream's past.</summary>
    public abstract WindowRanking Rank();

    /// <summary>The part of the evidence that depends on the kind of stream.</summary>
    /// <param name="ranking">Of <see cref="Rank"/>.</param>
    /// <param name="before">As <see cref="Complete"/> left it.</param>
    /// <param name="find">Other streams by id, to name them; null where there is none.</param>
    public abstract WindowProof Prove(in WindowRanking ranking, ByteBuffer before, Func<ulong, EventStream?> find);

    /// <summary>The same for a number that drifted.</summary>
    /// <param name="channel">0-based, of <see cref="Drift"/>.</param>
    public virtual WindowProof ProveDrift(int channel) => DriftProof.Make(Drift[channel], Drift.Channels[channel], "", "", Source.Name);

    /// <summary>From here on this is its tenant's local time.</summary>
    public virtual void Follow(LocalTime local)
    {
        // Only series know hours.
    }

    /// <summary>Starts the next window, of the configured size; another size means calibrating again.</summary>
    public abstract void Close(bool flagged, int windowEvents);

    public abstract void Save(ByteBuffer target);

    protected void Count(ulong time, long receivedUnixNano)
    {
        FirstTime = Open == 0 ? time : Math.Min(FirstTime, time);
        LastTime = Open == 0 ? time : Math.Max(LastTime, time);
        LastReceived = receivedUnixNano;
        Events++;
        Open++;
    }

    protected void SaveCounts(ByteBuffer target)
    {
        foreach (var number in (ReadOnlySpan<long>)[Events, CalibratedFrom, Open, LastReceived, (long)FirstTime, (long)LastTime]) target.WriteFixed64((ulong)number);
    }

    /// <summary>The size of a window as a configuration may have it, divided by <paramref name="divisor"/>.</summary>
    protected static int LoadWindowEvents(scoped ref ReadOnlySpan<byte> source, int divisor = 1)
    {
        var events = Varint.Read(ref source);
        var isRight = events <= EngineConfiguration.MostWindowEvents && EngineConfiguration.IsWindow((int)events * divisor);
        return isRight ? (int)events : throw new InvalidDataException($"windows of {events} events");
    }

    protected void LoadCounts(scoped ref ReadOnlySpan<byte> source)
    {
        Events = (long)Varint.ReadFixed64(ref source);
        CalibratedFrom = (long)Varint.ReadFixed64(ref source);
        Open = (int)Varint.ReadFixed64(ref source);
        LastReceived = (long)Varint.ReadFixed64(ref source);
        FirstTime = Varint.ReadFixed64(ref source);
        LastTime = Varint.ReadFixed64(ref source);
    }
}
