namespace Driftlock.Cbad.Drift;

/// <summary>
/// Evidence, in one direction, that blocks no longer come from where the pinned ones came from: an e-process. Each block bets on its rank among the
/// pinned ones, and the wealth is mixed over all blocks at which a drift may have begun, with weight 1 / (t (t + 1)): whenever it is looked
/// at, its mean is at most 1 where nothing drifts (Ville 1939; Shin, Ramdas and Rinaldo 2022 for mixtures over the beginning).
/// </summary>
/// <param name="Wealth">Of the bets that have begun.</param>
/// <param name="Run">Wealth of the bet that looks best, begun anew whenever it falls to 1: says when the drift began.</param>
/// <param name="RunBlocks">Blocks that it has been placed on.</param>
/// <param name="RunTime">When the first of them began, nanoseconds since 1970.</param>
internal readonly record struct DriftProcess(double Wealth, double Run, long RunBlocks, ulong RunTime)
{
    /// <summary>More is as good as certain, and must not overflow.</summary>
    private const double MostWealth = 1e100;

    /// <param name="pValue">The block's rank among the pinned ones, in this direction.</param>
    /// <param name="block">1-based: which block since the pinning it is.</param>
    /// <param name="time">When it began.</param>
    public DriftProcess Next(double pValue, long block, ulong time)
    {
        var bet = Bet(pValue);
        var wealth = Math.Min(bet * (Wealth + (1.0 / block / (block + 1))), MostWealth);
        return Run > 1 ? new DriftProcess(wealth, Math.Min(bet * Run, MostWealth), RunBlocks + 1, RunTime) : new DriftProcess(wealth, bet, 1, time);
    }

    /// <summary>With the weight of the bets that have not begun.</summary>
    /// <param name="blocks">Since the pinning.</param>
    public double EValue(long blocks) => Wealth + (1.0 / (blocks + 1));

    /// <summary>1 / (2 sqrt p), whose mean over p is 1. It grows where blocks lie half a deviation out and more: the pinned blocks' own error is less.</summary>
    public static double Bet(double pValue) => 0.5 / Math.Sqrt(pValue);
}
