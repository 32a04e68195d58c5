using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Drift;

/// <summary>
/// Watches one number of a stream for slow drift against its pinned baseline (<see cref="Anchor"/>): block by block, in both directions.
/// A drift that was told gives the baseline up; the next is collected from then on, over blocks twice as long, since what was pinned did not last.
/// </summary>
internal sealed class DriftTest
{
    /// <summary>Blocks kept to be shown and checked.</summary>
    public const int Recent = 24;

    public const int Bytes = Anchor.Bytes + (Recent * (sizeof(double) + sizeof(ulong))) + 256;

    private const long MostFirstBlock = 1 << 20;

    /// <summary>Squares must stay finite.</summary>
    private const double Largest = 1e100;

    /// <summary>Where a bet had won less before a window was flagged, what it won after is the flagged jump's.</summary>
    private const double LittleWealth = 20;

    private readonly double[] _means = new double[Recent];
    private readonly ulong[] _times = new ulong[Recent];
    private State _state;

    public Anchor Anchor { get; private set; } = new();

    /// <summary>Blocks since the pinning.</summary>
    public long Blocks => _state.Blocks;

    public DriftProcess Up => _state.Up;

    public DriftProcess Down => _state.Down;

    /// <summary>Both directions before the blocks of <see cref="Latest"/>.</summary>
    public (DriftProcess Up, DriftProcess Down) Before => (_state.UpBefore, _state.DownBefore);

    /// <summary>True when the drift began with a jump whose window was flagged: it is known.</summary>
    public bool IsTold => IsUpward(Up, Down) ? _state.UpTold : _state.DownTold;

    /// <summary>Even mixture of both directions: at most 1 on average where nothing drifts.</summary>
    public double EValue => EValueOf(Up, Down, Blocks);

    /// <summary>At most <see cref="Recent"/> of the newest blocks since the pinning, oldest first: time of the first value, mean.</summary>
    public IEnumerable<(ulong Time, double Mean)> Latest
    {
        get
        {
            for (var block = Math.Max(0, Blocks - Recent); block < Blocks; block++) yield return (_times[block % Recent], _means[block % Recent]);
        }
    }

    /// <summary>Whether the upward one of both directions has more evidence.</summary>
    public static bool IsUpward(in DriftProcess up, in DriftProcess down) => up.Wealth >= down.Wealth;

    /// <summary>The direction with more evidence.</summary>
    public static DriftProcess Leading(in DriftProcess up, in DriftProcess down) => IsUpward(up, down) ? up : down;

    /// <summary>A p-value however often it is looked at (Ville).</summary>
    public static double PValueOf(double eValue) => Math.Min(1, 1 / eValue);

    public static double EValueOf(in DriftProcess up, in DriftProcess down, long blocks) => 0.5 * (up.EValue(blocks) + down.EValue(blocks));

    /// <summary>Takes a value; true when a block after the pinned ones is complete, and <see cref="EValue"/> is to be tested. NaN is passed over.</summary>
    /// <param name="time">Nanoseconds since 1970.</param>
    /// <param name="value">Of the number.</param>
    public bool Observe(ulong time, double value)
    {
        if (!double.IsFinite(value)) return false;
        if (_state.InBlock == 0) (_state.BlockTime, _state.Mean) = (time, 0);
        _state.InBlock++;
        _state.Mean += Math.Clamp(value, -Largest, Largest) / Anchor.BlockEvents;
        if (_state.InBlock < Anchor.BlockEvents) return false;
        _state.InBlock = 0;
        if (Anchor.IsPinned)
        {
            Judge();
            return true;
        }
        Anchor.Add(_state.BlockTime, time, _state.Mean);
        _state.FlaggedInBlock = false;
        return false;
    }

    /// <summary>Both directions with one more block: 1-based number since the pinning, time of its first value, mean.</summary>
    public static (DriftProcess Up, DriftProcess Down) Next(in DriftProcess up, in DriftProcess down, ReadOnlySpan<double> anchor, long block, ulong time, double mean)
    {
        var (above, below) = PValues(anchor, mean);
        return (up.Next(above, block, time), down.Next(below, block, time));
    }

    /// <summary>
    /// Ranks of a block's mean among the pinned ones, up and down, as they hold for nine of ten sets of pinned blocks: one set judges all that comes, so
    /// that its accident would count each time.
    /// </summary>
    public static (double Up, double Down) PValues(ReadOnlySpan<double> anchor, double mean)
    {
        var (above, below) = (1, 1);
        foreach (var pinned in anchor)
        {
            if (pinned >= mean) above++;
            if (pinned <= mean) below++;
        }
        return (Conditional(above, anchor.Length), Conditional(below, anchor.Length));
    }

    /// <summary>A window of the stream was flagged.</summary>
    public void Flag() => _state.FlaggedInBlock = true;

    /// <summary>Gives the baseline up and collects another, over blocks twice as long.</summary>
    public void Restart() => Begin(new Anchor(Math.Min(2 * Anchor.BlockEvents, MostFirstBlock)));

    /// <summary>Begins from nothing, because somebody said that what was is no measure any more.</summary>
    public void Renew() => Begin(new Anchor());

    public void Save(ByteBuffer target)
    {
        Anchor.Save(target);
        StateBytes.Write(target, in _state);
        foreach (var (time, mean) in Latest)
        {
            target.WriteFixed64(time);
            target.WriteDouble(mean);
        }
    }

    /// <summary>Into a new one.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Anchor.Load(ref source);
        StateBytes.Read(ref source, ref _state);
        for (var block = Math.Max(0, Blocks - Recent); block < Blocks; block++)
        {
            _times[block % Recent] = Varint.ReadFixed64(ref source);
            _means[block % Recent] = Varint.ReadDouble(ref source);
        }
    }

    private void Begin(Anchor anchor)
    {
        Anchor = anchor;
        _state = default;
    }

    private static double Conditional(int rank, int count) => ScoreRank.Conditional(rank / (count + 1.0), count);

    private void Judge()
    {
        // The oldest of the kept blocks leaves: it belongs to what was before them.
        if (Blocks >= Recent)
        {
            var leaving = Blocks - Recent;
            (_state.UpBefore, _state.DownBefore) = Next(_state.UpBefore, _state.DownBefore, Anchor.Means, leaving + 1, _times[leaving % Recent], _means[leaving % Recent]);
        }
        _means[Blocks % Recent] = _state.Mean;
        _times[Blocks % Recent] = _state.BlockTime;
        _state.Blocks++;
        var (upBefore, downBefore) = (Up, Down);
        (_state.Up, _state.Down) = Next(Up, Down, Anchor.Means, Blocks, _state.BlockTime, _state.Mean);
        _state.UpTold = IsToldOf(upBefore, Up, _state.UpTold);
        _state.DownTold = IsToldOf(downBefore, Down, _state.DownTold);
        _state.FlaggedInBlock = false;
    }

    private bool IsToldOf(in DriftProcess before, in DriftProcess after, bool wasTold) =>
        (wasTold && after.RunBlocks > 1) || (_state.FlaggedInBlock && (after.RunBlocks == 1 || before.Run < LittleWealth));

    private struct State
    {
        public long Blocks;
        public long InBlock;
        public ulong BlockTime;
        public double Mean;
        public DriftProcess Up;
        public DriftProcess Down;
        public DriftProcess UpBefore;
        public DriftProcess DownBefore;
        public bool UpTold;
        public bool DownTold;
        public bool FlaggedInBlock;
    }
}
