using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cbad.Logs;

/// <summary>Everything one log stream remembers: model, calibration, the open window and examples of normal ones.</summary>
internal sealed class LogStream(ulong id, int tenant, byte[] service, byte[] name, int windowEvents, int coldEvents, string sessionKey = "") : EventStream(id, tenant, service, name)
{
    private const double NanosecondsPerSecond = 1e9;

    // Where lines leave no room for sessions, they are not begun again before as many lines.
    private const long WithoutSessions = 10_000;

    private readonly List<ulong> _newTemplates = [];
    private long _sessionsFrom;
    private string _sessionKeyText = sessionKey;

    public override Signal Signal => Signal.Logs;

    public int WindowEvents { get; private set; } = windowEvents;

    public LineModel Model { get; } = new();

    public override DriftWatch Drift { get; } = new(DriftWording.Errors, DriftWording.Gap);

    public StreamCalibration Calibration { get; private set; } = new();

    public WindowBuffer Window { get; } = new();

    public PastWindows Past { get; } = new();

    public RecentLines Recent { get; } = new(windowEvents);

    public RegularLines Regular { get; } = new();

    /// <summary>Null until a record names one.</summary>
    public LogSessions? Sessions { get; private set; }

    /// <summary>Key of the attribute that names a record's session; empty for the trace id.</summary>
    private byte[] SessionKey { get; set; } = Encoding.UTF8.GetBytes(sessionKey);

    /// <summary><see cref="LineModel.NewRate"/> when the open window began.</summary>
    public double NewRateBefore { get; private set; }

    /// <summary>Of the open window's lines; repetition and absence after <see cref="Complete"/>.</summary>
    public WindowStatistics Statistics { get; private set; }

    /// <summary>Largest statistics of the windows flagged in a row just before the open one; all 0 outside an episode.</summary>
    public WindowStatistics Episode { get; set; }

    public int WindowOrdinal { get; private set; }

    /// <summary>Code length of all lines before the open window, units of 1/65,536 bit.</summary>
    public long PastBits { get; private set; }

    public long WindowBits { get; private set; }

    /// <summary>Templates first met in the open window and learned.</summary>
    public IReadOnlyList<ulong> NewTemplates => _newTemplates;

    public override long Bytes => OwnBytes + (Sessions?.Bytes ?? 0);

    private long OwnBytes =>
        Model.Bytes + Drift.Bytes + StreamCalibration.Bytes + Past.Bytes + Recent.Bytes + RegularLines.Bytes + Window.Events.Length + (_newTemplates.Count * 8L) + Service.Length + Name.Length + 512;

    public override double? CompressionRatio => WindowBits / (double)FixedLog.One / (8 * Math.Max(1, Window.Events.Length));

    public override bool IsOfEpisode => Episode.Covers(Statistics);

    /// <summary>From here on sessions are named by this attribute; those of another key are forgotten: they are no measure of the new ones.</summary>
    public void UseSessionKey(string key)
    {
        if (key == _sessionKeyText) return;
        (_sessionKeyText, SessionKey) = (key, Encoding.UTF8.GetBytes(key));
        if (Sessions is not null && !Sessions.Key.AsSpan().SequenceEqual(SessionKey)) Sessions = null;
    }

    /// <summary>Scores and learns one event; true when the window is full.</summary>
    public override bool Add(in EventView view, ulong sender, long receivedUnixNano)
    {
        var judged = Window.Add(view, (ulong)receivedUnixNano, WindowEvents);
        var free = Model.Templates.Free;
        var line = Model.ScoreAndLearn(judged, WindowOrdinal);
        if (line.IsNew && Model.Templates.Free < free) _newTemplates.Add(line.Template);
        Regular.Add(line, Recent.Add(judged), Events, WindowOrdinal);
        var hop = WindowEvents / StreamCalibration.HopsPerWindow;
        if (Calibration.Learn(line, hop))
            Calibration.CloseHop(hop, coldEvents, Recent.Repetition((int)Math.Min(Events + 1, WindowEvents)), Regular.Absence(Events + 1, WindowEvents, out _));
        Statistics = Statistics.With(line);
        WindowBits += line.TotalBits;
        Drift.Observe(0, judged.TimeUnixNano, line.Errors);
        if (Events > 0) Drift.Observe(1, judged.TimeUnixNano, judged.TimeUnixNano > LastTime ? (judged.TimeUnixNano - LastTime) / NanosecondsPerSecond : 0);
        var session = LogSessions.KeyOf(view, SessionKey);
        if (Sessions is null && !session.IsEmpty && Events >= _sessionsFrom) Sessions = new LogSessions(SessionKey);
        Sessions = Fit(Sessions);
        if (!session.IsEmpty) Sessions?.Add(session, judged, line.Template, Events, receivedUnixNano);
        Count(judged.TimeUnixNano, receivedUnixNano);
        return Open >= WindowEvents;
    }

    // Lines come first: what shows sessions gives way, and then sessions do. Own bytes are the same before and after a snapshot, unlike those of sessions.
    private LogSessions? Fit(LogSessions? sessions)
    {
        if (sessions is null) return null;
        var room = PartitionEngine.MaxStreamBytes - OwnBytes - LogSessions.MaxBytesWithoutRecords;
        if (room >= KeptRecords.LeastBytes)
        {
            sessions.Records.LimitTo(room);
            return sessions;
        }
        _sessionsFrom = Events + WithoutSessions;
        return null;
    }

    public override void Complete(ByteBuffer before) => Statistics = Statistics with
    {
        Repetition = Recent.Repetition(Open),
        Absence = Regular.Absence(Events, WindowEvents, out _),
    };

    public override WindowRanking Rank() => Calibration.Rank(Statistics);

    public override WindowProof Prove(in WindowRanking ranking, ByteBuffer before, Func<ulong, EventStream?> find) => LogEvidence.Prove(this, ranking);

    /// <summary>The first lines of a stream cost bits because everything is new; they are no measure of later windows.</summary>
    public static int ColdEvents(int baselineEvents) => Math.Min(200, baselineEvents / 4);

    public override void Close(bool flagged, int windowEvents)
    {
        if (!flagged) Past.Offer(Id, FirstEvent, Window.Events.Written);
        Episode = flagged ? Episode.Most(Statistics) : default;
        PastBits += WindowBits;
        WindowBits = 0;
        Window.Events.Clear();
        Statistics = default;
        Open = 0;
        WindowOrdinal++;
        _newTemplates.Clear();
        Model.AgeIfCrowded();
        NewRateBefore = Model.NewRate;
        Regular.Close(Events, WindowEvents);
        if (windowEvents == WindowEvents) return;
        WindowEvents = windowEvents;
        Recent.Resize(windowEvents);
        Calibration = new StreamCalibration();
        CalibratedFrom = Events;
    }

    public override void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Tenant);
        target.WriteBytes(Service);
        target.WriteBytes(Name);
        target.WriteVarint((ulong)WindowEvents);
        target.WriteVarint((ulong)coldEvents);
        SaveCounts(target);
        foreach (var number in (ReadOnlySpan<long>)[WindowOrdinal, PastBits, WindowBits]) target.WriteFixed64((ulong)number);
        Statistics.Save(target);
        Episode.Save(target);
        target.WriteVarint((ulong)_newTemplates.Count);
        foreach (var template in _newTemplates) target.WriteFixed64(template);
        target.WriteBytes(Window.Events.Written);
        Model.Save(target);
        Calibration.Save(target);
        Past.Save(target);
        Recent.Save(target);
        Regular.Save(target);
        Drift.Save(target);
        target.WriteDouble(NewRateBefore);
        target.WriteVarint((ulong)_sessionsFrom);
        target.WriteByte((byte)(Sessions is null ? 0 : 1));
        Sessions?.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static LogStream Load(ulong id, ReadOnlySpan<byte> source)
    {
        var tenant = (int)Varint.Read(ref source);
        var service = Varint.ReadBytes(ref source).ToArray();
        var name = Varint.ReadBytes(ref source).ToArray();
        var stream = new LogStream(id, tenant, service, name, LoadWindowEvents(ref source), (int)Varint.Read(ref source));
        stream.LoadCounts(ref source);
        stream.WindowOrdinal = (int)Varint.ReadFixed64(ref source);
        stream.PastBits = (long)Varint.ReadFixed64(ref source);
        stream.WindowBits = (long)Varint.ReadFixed64(ref source);
        stream.Statistics = WindowStatistics.Load(ref source);
        stream.Episode = WindowStatistics.Load(ref source);
        for (var left = Varint.Read(ref source); left > 0; left--) stream._newTemplates.Add(Varint.ReadFixed64(ref source));
        stream.Window.Events.WriteRaw(Varint.ReadBytes(ref source));
        stream.Model.Load(ref source);
        stream.Calibration.Load(ref source);
        stream.Past.Load(ref source);
        stream.Recent.Load(ref source);
        stream.Regular.Load(ref source);
        stream.Drift.Load(ref source);
        stream.NewRateBefore = Varint.ReadDouble(ref source);
        stream._sessionsFrom = (long)Varint.Read(ref source);
        if (Varint.Take(ref source, 1)[0] == 0) return stream;
        stream.Sessions = LogSessions.Load(ref source);
        stream.SessionKey = stream.Sessions.Key;
        stream._sessionKeyText = Encoding.UTF8.GetString(stream.SessionKey);
        return stream;
    }
}
