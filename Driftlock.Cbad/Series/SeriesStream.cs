using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Everything one metric stream remembers: a model for each number of its points, and the open window. A window's points wait unlearned
/// until it closes, so that the state before it is at hand for the proof; a fifth of the configured events keeps that wait short.
/// </summary>
internal sealed class SeriesStream : EventStream
{
    private const int MostUnitBytes = 63;

    private readonly EventWriter _window = new(256);
    private readonly double[] _values = new double[PointValues.MostChannels];
    private LocalTime _local;
    private PointValues _points;
    private SeriesModel[] _models;
    private DriftWatch _drift;
    private int _windowEvents;
    private SeriesWindow _judged;
    private QuietPeriod _quiet = new();

    public SeriesStream(ulong id, int tenant, byte[] service, byte[] name, PointKind kind, int windowEvents, LocalTime local)
        : base(id, tenant, service, name)
    {
        _points = new PointValues(kind);
        _models = Models(_points);
        _drift = new DriftWatch(_points.Channels);
        _windowEvents = PointsOf(windowEvents);
        _local = local;
    }

    public override Signal Signal => Signal.Metrics;

    public PointKind Kind => _points.Kind;

    public override DriftWatch Drift => _drift;

    /// <summary>The numbers of the point that came last, one a channel.</summary>
    public ReadOnlySpan<double> Newest => _values.AsSpan(0, _models.Length);

    public override long Bytes
    {
        get
        {
            var sum = _points.Bytes + _drift.Bytes + _window.Capacity + Service.Length + Name.Length + 256L;
            foreach (var model in _models) sum += model.Bytes;
            return sum;
        }
    }

    /// <summary>A quiet period follows a flagged window; within it, only twice its evidence is news.</summary>
    public override bool IsOfEpisode => _quiet.Covers(FirstEvent, Events, _judged.Evidence);

    /// <summary>Points judged together, where so many log records are.</summary>
    public static int PointsOf(int windowEvents) => windowEvents / StreamCalibration.HopsPerWindow;

    public override bool Add(in EventView view, ulong sender, long receivedUnixNano)
    {
        var time = view.TimeUnixNano == 0 ? (ulong)receivedUnixNano : view.TimeUnixNano;
        _points.Read(view, sender, time, _values.AsSpan(0, _models.Length));
        _window.Begin(time, (byte)Kind, view.Name[..Math.Min(view.Name.Length, MostUnitBytes)], default);
        for (var channel = 0; channel < _models.Length; channel++) _window.Number(_values[channel]);
        _window.End();
        Count(time, receivedUnixNano);
        return Open >= _windowEvents;
    }

    /// <summary>A stream whose points change their kind is learned anew; to be called between windows.</summary>
    public void Become(PointKind kind)
    {
        _points = new PointValues(kind);
        _models = Models(_points);
        _drift = new DriftWatch(_points.Channels);
        CalibratedFrom = Events;
    }

    public override void Complete(ByteBuffer before)
    {
        before.Clear();
        foreach (var model in _models) model.Save(before);
        _judged = SeriesWindow.Judge(_models, _window.Written, _local, null);
        var reader = new EventReader(Signal, _window.Written);
        while (reader.Next(out var view))
            for (var channel = 0; channel < _models.Length; channel++) _drift.Observe(channel, view.TimeUnixNano, view.Number(channel));
    }

    public override WindowRanking Rank() => _judged.Ranking;

    public override WindowProof Prove(in WindowRanking ranking, ByteBuffer before, Func<ulong, EventStream?> find)
    {
        var states = before.Written;
        var channels = new List<EvidenceChannel>(_models.Length);
        foreach (var channel in _points.Channels)
        {
            // A model's state is of no fixed length: reading it says where the next begins.
            var rest = states;
            new SeriesModel().Load(ref rest);
            channels.Add(new EvidenceChannel(channel, states[..^rest.Length].ToArray()));
            states = rest;
        }
        return SeriesProof.Of(new EvidenceSeries(Kind.ToString(), FirstEvent, channels), _window.Written.ToArray(), _windowEvents, CompressionPanel.Seed(Id, FirstEvent), Name, _local);
    }

    public override WindowProof ProveDrift(int channel)
    {
        var reader = new EventReader(Signal, _window.Written);
        reader.Next(out var first);
        return DriftProof.Make(_drift[channel], _drift.Channels[channel], Kind.ToString(), Encoding.UTF8.GetString(first.Name), Source.Name);
    }

    public override void Follow(LocalTime local) => _local = local;

    public override void Close(bool flagged, int windowEvents)
    {
        if (flagged) _quiet.Flag(FirstEvent, Events, _judged.Evidence);
        _window.Clear();
        Open = 0;
        _windowEvents = PointsOf(windowEvents);
    }

    public override void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Tenant);
        target.WriteBytes(Service);
        target.WriteBytes(Name);
        target.WriteByte((byte)Kind);
        target.WriteVarint((ulong)_windowEvents);
        SaveCounts(target);
        _quiet.Save(target);
        _points.Save(target);
        foreach (var model in _models) model.Save(target);
        _drift.Save(target);
        target.WriteBytes(_window.Written);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static SeriesStream Load(ulong id, ReadOnlySpan<byte> source, Func<int, LocalTime> localOf)
    {
        var tenant = (int)Varint.Read(ref source);
        var service = Varint.ReadBytes(ref source).ToArray();
        var name = Varint.ReadBytes(ref source).ToArray();
        var kind = (PointKind)Varint.Take(ref source, 1)[0];
        var stream = new SeriesStream(id, tenant, service, name, kind, 0, localOf(tenant)) { _windowEvents = LoadWindowEvents(ref source, StreamCalibration.HopsPerWindow) };
        stream.LoadCounts(ref source);
        stream._quiet.Load(ref source);
        stream._points.Load(ref source);
        foreach (var model in stream._models) model.Load(ref source);
        stream._drift.Load(ref source);
        stream._window.Append(Varint.ReadBytes(ref source), stream.Open);
        return stream;
    }

    private static SeriesModel[] Models(PointValues points) => [.. points.Channels.Select(_ => new SeriesModel())];
}
