namespace Driftlock.Api.Limits;

/// <summary>Section <c>RateLimits</c>: token buckets over all replicas of the Api together, as long as Redis is there; each on its own without.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Requests a second of one key, user or token.</summary>
    public double CallerPerSecond { get; set; } = 2_000;

    /// <summary>Requests that one key, user or token may send at once after a pause.</summary>
    public int CallerBurst { get; set; } = 4_000;

    /// <summary>Requests a second of one tenant; lower tiers have less (TierLimits).</summary>
    public double TenantPerSecond { get; set; } = 5_000;

    /// <summary>Requests that one tenant may send at once after a pause.</summary>
    public int TenantBurst { get; set; } = 10_000;

    /// <summary>Attempts to sign in a minute from one address: the dashboard's is one for all its users, whom it limits by theirs.</summary>
    public double SignInPerMinute { get; set; } = 120;

    /// <summary>Requests that one replica works on at once, live streams and what anyone may ask left out; one more is told to come back.</summary>
    public int InProgress { get; set; } = 512;

    public bool IsValid => CallerPerSecond > 0 && CallerBurst > 0 && TenantPerSecond > 0 && TenantBurst > 0 && SignInPerMinute > 0 && InProgress > 0;
}
