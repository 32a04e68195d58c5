using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cli.Eval;

/// <summary>The engine's model and calibration of one stream, fed line by line and asked for p-values of any window.</summary>
internal sealed class WindowProbe(int skip)
{
    public const int Window = 50;
    public const int Hop = Window / StreamCalibration.HopsPerWindow;

    private readonly EventWriter _writer = new();
    private readonly LineModel _model = new();
    private readonly StreamCalibration _calibration = new();
    private readonly WindowStatistics[] _last = new WindowStatistics[Window];
    private readonly RecentLines _recent = new(Window);
    private readonly RegularLines _regular = new();
    private long _lines;

    public void Add(ReadOnlySpan<byte> line)
    {
        _writer.Clear();
        _writer.Begin(0, 0, default, line[..Math.Min(line.Length, 2048)]);
        _writer.End();
        var reader = new EventReader(Signal.Logs, _writer.Written);
        reader.Next(out var view);
        if (_lines % Window == 0)
        {
            _model.AgeIfCrowded();
            _regular.Close(_lines, Window);
        }
        var window = (int)(_lines / Window);
        var score = _model.ScoreAndLearn(view, window);
        _regular.Add(score, _recent.Add(view), _lines, window);
        _last[_lines++ % Window] = default(WindowStatistics).With(score);
        if (_calibration.Learn(score, Hop)) _calibration.CloseHop(Hop, skip, Repetition, Absence);
    }

    public WindowStatistics Statistics
    {
        get
        {
            var window = default(WindowStatistics);
            foreach (var line in _last) window = window.With(line);
            return window with { Repetition = Repetition, Absence = Absence };
        }
    }

    /// <summary>Of the last 50 lines.</summary>
    public double PValue => _calibration.PValue(Statistics);

    private int Repetition => _recent.Repetition((int)Math.Min(_lines, Window));

    private int Absence => _regular.Absence(_lines, Window, out _);

    public WindowProbe Fork()
    {
        var state = new ByteBuffer(1 << 16);
        _model.Save(state);
        _calibration.Save(state);
        _recent.Save(state);
        _regular.Save(state);
        var fork = new WindowProbe(skip) { _lines = _lines };
        var rest = state.Written;
        fork._model.Load(ref rest);
        fork._calibration.Load(ref rest);
        fork._recent.Load(ref rest);
        fork._regular.Load(ref rest);
        _last.CopyTo(fork._last, 0);
        return fork;
    }
}
