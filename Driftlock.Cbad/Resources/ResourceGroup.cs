using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Cbad.Silence;

namespace Driftlock.Cbad.Resources;

/// <summary>
/// The metrics of one service's resources, judged row by row, since a broken relation shows in no single series. The newest rows are held back: the
/// model is fitted on the moments of all before them and calibrated on them, and again whenever the past has doubled. A row's evidence is
/// ranked among that of the rows since. Instances share the model.
/// </summary>
internal sealed class ResourceGroup(int tenant, byte[] service)
{
    /// <summary>Numbers judged together: those that came first.</summary>
    public const int MostMembers = 48;

    /// <summary>Of one metric: the 95th percentile follows the mean, and would cost as much.</summary>
    public const int MostChannels = 2;

    /// <summary>The newest rows, which the moments do not know.</summary>
    public const int HeldRows = 256;

    /// <summary>What is judged jointly takes at most this, beside its series and the roll (<see cref="RollCall.MaxBytes"/>); tested.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Rows whose evidence is known before one is judged.</summary>
    public const int LeastRanked = 200;

    private const int LeastMembers = 2;

    /// <summary>The first of the held-back rows, which the tails are fitted on.</summary>
    private const int CalibrationRows = 128;

    private const int MostRowsOfFit = 4096;

    private readonly List<Member> _members = [];
    private readonly SortedDictionary<ulong, int> _firstOf = [];
    private readonly ulong[] _times = new ulong[HeldRows];
    // A row as wide as there were members when it came.
    private readonly float[][] _rows = new float[HeldRows][];
    private double[] _values = [];
    private double[] _shares = [];
    private JointMoments? _moments;
    private ResourceModel? _model;
    private EvidenceHistory _history = new();
    private QuietPeriod _quiet = new();
    private long _fittedOn;

    public int Tenant => tenant;

    public byte[] Service => service;

    public IReadOnlyList<Member> Members => _members;

    public RowAssembly Assembly { get; } = new();

    public RollCall Roll { get; } = new();

    /// <summary>Those of <see cref="Members"/> that the model knows: the first.</summary>
    public int JudgedMembers => _model?.Metrics ?? 0;

    /// <summary>Complete rows so far.</summary>
    public long Rows { get; private set; }

    public bool CanJudge => _model is not null && _history.Points >= LeastRanked;

    public long Bytes => (_members.Count * 160L) + (Math.Min(Rows, HeldRows) * _members.Count * sizeof(float)) + (2 * HeldRows * sizeof(ulong)) + (_moments?.Bytes ?? 0) + (_model?.Bytes ?? 0) + EvidenceHistory.Bytes + Assembly.Bytes + Roll.Bytes + 128;

    /// <summary>The metric's first number here, its others follow; null where there was no room for it, or its points are of another kind than they were.</summary>
    public int? MemberOf(SeriesStream series, ReadOnlySpan<byte> unit)
    {
        if (_firstOf.TryGetValue(series.Id, out var first)) return _members[first].Kind == series.Kind ? first : null;
        var channels = Math.Min(PointValues.ChannelsOf(series.Kind).Count, MostChannels);
        if (_members.Count + channels > MostMembers) return null;
        first = _members.Count;
        _firstOf[series.Id] = first;
        for (var channel = 0; channel < channels; channel++) _members.Add(new Member(series.Id, series.Name, series.Kind, channel, unit.ToArray()));
        return first;
    }

    /// <summary>A metric's own window was flagged: what follows at once is of that episode.</summary>
    public void Flag(ulong stream)
    {
        if (!_firstOf.ContainsKey(stream)) return;
        _quiet.FlagElsewhere(Rows);
    }

    /// <summary>Scores a complete row; the state before is to be saved by who may need it. The shares are overwritten by the next.</summary>
    public ResourceScore Judge(Row row)
    {
        if (_model is null) return default;
        for (var i = 0; i < _values.Length; i++) _values[i] = row.Values[i];
        return ResourceScore.Of(_model, _history, _values, _shares);
    }

    /// <summary>True when the row, just rejected, says nothing that one before it did not say.</summary>
    public bool IsOfEpisode(double evidence) => _quiet.Covers(Rows, Rows, evidence);

    /// <summary>Keeps a judged row, learns the one that leaves for it, and fits the model when the past has doubled.</summary>
    public void Learn(Row row, double evidence, bool flagged)
    {
        if (flagged) _quiet.Flag(Rows, Rows, evidence);
        if (_members.Count < LeastMembers) return;
        var place = (int)(Rows % HeldRows);
        if (Rows >= HeldRows) LearnMoments(_rows[place]);
        if (_rows[place] is null || _rows[place].Length != _members.Count) _rows[place] = new float[_members.Count];
        row.Values.AsSpan(0, _members.Count).CopyTo(_rows[place]);
        _times[place] = row.Time;
        Rows++;
        if (_moments is null || _moments.Rows < HeldRows || _moments.Rows < Math.Min(2 * _fittedOn, _fittedOn + MostRowsOfFit)) return;
        Fit();
    }

    /// <summary>Time and values of a kept row.</summary>
    /// <param name="row">0-based number, one of the newest <see cref="HeldRows"/>.</param>
    public (ulong Time, ReadOnlyMemory<float> Values) Past(long row) => (_times[row % HeldRows], _rows[row % HeldRows]);

    /// <summary>What evidence needs: the model, and the evidence of past rows.</summary>
    public void SaveModel(ByteBuffer target)
    {
        _model!.Save(target);
        _history.Save(target);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)tenant);
        target.WriteBytes(service);
        target.WriteVarint((ulong)_members.Count);
        foreach (var member in _members) member.Save(target);
        foreach (var number in (ReadOnlySpan<long>)[Rows, _fittedOn]) target.WriteFixed64((ulong)number);
        _quiet.Save(target);
        var kept = (int)Math.Min(Rows, HeldRows);
        StateBytes.Write<ulong>(target, _times.AsSpan(0, kept));
        for (var place = 0; place < kept; place++)
        {
            target.WriteVarint((ulong)_rows[place].Length);
            StateBytes.Write<float>(target, _rows[place]);
        }
        _history.Save(target);
        Assembly.Save(target);
        Roll.Save(target);
        target.WriteVarint((ulong)(_moments?.Metrics ?? 0));
        _moments?.Save(target);
        target.WriteByte((byte)(_model is null ? 0 : 1));
        _model?.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static ResourceGroup Load(ReadOnlySpan<byte> source)
    {
        var group = new ResourceGroup((int)Varint.Read(ref source), Varint.ReadBytes(ref source).ToArray());
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var member = Member.Load(ref source);
            if (member.Channel == 0) group._firstOf[member.Stream] = group._members.Count;
            group._members.Add(member);
        }
        if (group._members.Count > MostMembers) throw new InvalidDataException($"{group._members.Count} metrics judged jointly; at most {MostMembers}");
        group.Rows = (long)Varint.ReadFixed64(ref source);
        group._fittedOn = (long)Varint.ReadFixed64(ref source);
        if (group.Rows < 0) throw new InvalidDataException($"a resource of {group.Rows} rows");
        group._quiet.Load(ref source);
        var kept = (int)Math.Min(group.Rows, HeldRows);
        StateBytes.Read(ref source, group._times.AsSpan(0, kept));
        for (var place = 0; place < kept; place++)
        {
            var width = Varint.Read(ref source);
            if (width > MostMembers) throw new InvalidDataException($"a row of {width} metrics; at most {MostMembers}");
            group._rows[place] = new float[width];
            StateBytes.Read<float>(ref source, group._rows[place]);
        }
        group._history = new EvidenceHistory();
        group._history.Load(ref source);
        group.Assembly.Load(ref source);
        group.Roll.Load(ref source);
        var metrics = Varint.Read(ref source);
        if (metrics > MostMembers) throw new InvalidDataException($"moments of {metrics} metrics; at most {MostMembers}");
        if (metrics > 0) (group._moments = new JointMoments((int)metrics)).Load(ref source);
        if (Varint.Take(ref source, 1)[0] != 0) group.Use(ResourceModel.Load(ref source));
        return group;
    }

    /// <summary>A metric that comes new makes the past worthless for relations: moments begin again, the model stays until they are many.</summary>
    private void LearnMoments(ReadOnlySpan<float> row)
    {
        if (_moments?.Metrics != _members.Count)
        {
            _moments = new JointMoments(_members.Count);
            _fittedOn = 0;
        }
        Span<double> values = stackalloc double[MostMembers];
        for (var i = 0; i < _members.Count; i++) values[i] = i < row.Length ? row[i] : double.NaN;
        _moments.Add(values[.._members.Count]);
    }

    private void Fit()
    {
        var held = new double[HeldRows * _moments!.Metrics];
        for (var row = 0; row < HeldRows; row++)
        {
            var past = Past(Rows - HeldRows + row).Values.Span;
            for (var i = 0; i < _moments.Metrics; i++) held[(row * _moments.Metrics) + i] = i < past.Length ? past[i] : double.NaN;
        }
        _fittedOn = _moments.Rows;
        Use(ResourceModel.Fit(_moments, held.AsSpan(0, CalibrationRows * _moments.Metrics)));
        // What comes is ranked among rows that the model knows no more of than of those to come.
        _history = new EvidenceHistory();
        for (var row = CalibrationRows; row < HeldRows; row++) _history.Add(_model!.Observe(held.AsSpan(row * _moments.Metrics, _moments.Metrics), _shares));
    }

    private void Use(ResourceModel model)
    {
        _model = model;
        _values = new double[model.Metrics];
        _shares = new double[model.Metrics];
    }
}
