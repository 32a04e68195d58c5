using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Silence;

/// <summary>
/// The beat in which somebody is received, and whether it has stopped: a pause far beyond all before it says that the sender or the way between is
/// gone. Exporters send the metrics of a service at a fixed interval, so each receipt counts. Logs and spans come when something happens: there
/// only pauses of ten seconds and more are pauses, and more of them are needed. Irregular senders are not judged.
/// </summary>
/// <param name="stream">That is heard, or that stands for the service.</param>
/// <param name="signal">Of that stream.</param>
/// <param name="tenant">Its tenant.</param>
/// <param name="service">service.name.</param>
/// <param name="name">Of that stream.</param>
internal sealed class Beat(ulong stream, Signal signal, int tenant, byte[] service, byte[] name)
{
    /// <summary>Pauses before the first judgement: half an hour of an exporter's, an hour and a half of others.</summary>
    public const int LeastPauses = 200;

    public const int LeastCoarsePauses = 500;

    /// <summary>Pauses have heavy tails: shape 1/5.</summary>
    public const int TailPower = 5;

    private const long CoarseNano = 10_000_000_000;
    private const double LeastMean = 1000;
    private const double MostOverMean = 4;
    private const double Growth = 1.25;
    private const long NanosecondsPerMillisecond = 1_000_000;

    // The last receipt that counted.
    private long _counted;
    private long _sum;
    private int _limit;
    private long _limitedAt = -1;
    private double _limitedFor;

    public ulong Stream => stream;

    public Signal Signal => signal;

    public int Tenant => tenant;

    public byte[] Service => service;

    public byte[] Name => name;

    public ScoreHistory Pauses { get; } = new();

    public long LastReceived { get; private set; }

    /// <summary>The silence that goes on was told.</summary>
    public bool IsReported { get; set; }

    /// <summary>Past pauses are many, of a second or more on average, and only one in a hundred is longer than four times that.</summary>
    public bool IsRegular
    {
        get
        {
            if (Pauses.Count < (signal == Signal.Metrics ? LeastPauses : LeastCoarsePauses)) return false;
            var mean = _sum / (double)Pauses.Count;
            return mean >= LeastMean && Pauses.Largest[(int)Math.Min(Pauses.Count / 100, ScoreHistory.Kept - 1)] <= MostOverMean * mean;
        }
    }

    /// <summary>Milliseconds; half of it is the least scale of the tail.</summary>
    public static double UnitOf(Signal signal) => signal == Signal.Metrics ? 100 : 2000;

    /// <summary>True when this receipt ends a pause; several blocks of one request are one beat.</summary>
    public bool Hear(long receivedUnixNano)
    {
        if (receivedUnixNano <= LastReceived) return false;
        LastReceived = receivedUnixNano;
        var since = receivedUnixNano - _counted;
        if (signal != Signal.Metrics && since < CoarseNano) return false;
        var isFirst = _counted == 0;
        _counted = receivedUnixNano;
        IsReported = false;
        if (isFirst) return false;
        var pause = Milliseconds(since);
        Pauses.Add(pause);
        _sum += pause;
        return true;
    }

    /// <summary>We were not there to hear: what was not received since says nothing.</summary>
    public void Interrupt(long nowUnixNano)
    {
        if (LastReceived == 0) return;
        LastReceived = nowUnixNano;
        _counted = nowUnixNano;
    }

    /// <summary>Milliseconds since the last receipt.</summary>
    public int PauseAt(long nowUnixNano) => Milliseconds(nowUnixNano - LastReceived);

    public double PValue(int pause, out bool extrapolated) =>
        TailProbability.Of(pause, Pauses.Largest, Pauses.Count, Pauses.AtLeast(pause), Pauses.Positive, UnitOf(signal), TailPower, out extrapolated);

    /// <summary>True when the pause is so long that it can raise an alarm at this level.</summary>
    public bool IsOverdue(long nowUnixNano, double level)
    {
        if (IsReported || !IsRegular) return false;
        if (_limitedAt != Pauses.Count || _limitedFor != level)
        {
            var limit = 2.0 * _sum / Pauses.Count;
            while (limit < int.MaxValue / Growth && AlarmBudget.EValue(PValue((int)limit, out _)) < AlarmBudget.Threshold(level, 0)) limit *= Growth;
            (_limit, _limitedAt, _limitedFor) = ((int)limit, Pauses.Count, level);
        }
        return PauseAt(nowUnixNano) >= _limit;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteFixed64(stream);
        target.WriteByte((byte)signal);
        target.WriteVarint((ulong)tenant);
        target.WriteBytes(service);
        target.WriteBytes(name);
        target.WriteFixed64((ulong)LastReceived);
        target.WriteFixed64((ulong)_counted);
        target.WriteByte((byte)(IsReported ? 1 : 0));
        target.WriteVarint((ulong)_sum);
        Pauses.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static Beat Load(scoped ref ReadOnlySpan<byte> source)
    {
        var stream = Varint.ReadFixed64(ref source);
        var beat = new Beat(stream, (Signal)Varint.Take(ref source, 1)[0], (int)Varint.Read(ref source), Varint.ReadBytes(ref source).ToArray(), Varint.ReadBytes(ref source).ToArray())
        {
            LastReceived = (long)Varint.ReadFixed64(ref source),
            _counted = (long)Varint.ReadFixed64(ref source),
            IsReported = Varint.Take(ref source, 1)[0] != 0,
            _sum = (long)Varint.Read(ref source),
        };
        beat.Pauses.Load(ref source);
        return beat;
    }

    private static int Milliseconds(long nanoseconds) => (int)Math.Clamp(nanoseconds / NanosecondsPerMillisecond, 0, int.MaxValue);
}
