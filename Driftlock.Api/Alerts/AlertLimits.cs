namespace Driftlock.Api.Alerts;

/// <summary>What alerting may cost, and how long it tries.</summary>
internal static class AlertLimits
{
    public const int ChannelsPerTenant = 20;

    /// <summary>Deliveries under way at once, over all channels of this process.</summary>
    public const int AtOnce = 8;

    /// <summary>Of one answer; what comes after it is not read.</summary>
    public const int AnswerBytes = 16 << 10;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>After so long an alert is given up: who is told a day later is not told.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    /// <summary>Deliveries on the list, and the names of what was told: after that the same incident would be told again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Longer than <see cref="Patience"/>: within it no other replica tries the same delivery.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromSeconds(60);

    /// <summary>Before attempt 2, 3 and so on; the last one repeats.</summary>
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    public static TimeSpan WaitAfter(int attempts) => Waits[Math.Min(attempts, Waits.Length) - 1];
}
