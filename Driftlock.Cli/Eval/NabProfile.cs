namespace Driftlock.Cli.Eval;

/// <summary>What NAB pays for a window found, a window missed and a row flagged outside of windows (config/profiles.json of NAB).</summary>
internal sealed record NabProfile(string Name, double Found, double Missed, double Flagged)
{
    public static readonly NabProfile Standard = new("standard", 1, 1, 0.11);
    public static readonly NabProfile RewardLowFp = new("rewardLowFp", 1, 1, 0.22);
    public static readonly NabProfile RewardLowFn = new("rewardLowFn", 1, 2, 0.11);

    public static readonly IReadOnlyList<NabProfile> All = [Standard, RewardLowFp, RewardLowFn];
}
