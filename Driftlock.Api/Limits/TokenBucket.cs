namespace Driftlock.Api.Limits;

/// <param name="Name">As headers call it.</param>
/// <param name="Key">What is limited: one bucket each.</param>
/// <param name="PerSecond">How fast it fills.</param>
/// <param name="Burst">What it holds.</param>
public readonly record struct BucketLimit(string Name, string Key, double PerSecond, int Burst);

/// <param name="IsTaken">The request may go on.</param>
/// <param name="Remaining">About how many more may follow at once.</param>
/// <param name="RetryAfter">Where it may not: until the next one may.</param>
public readonly record struct BucketAnswer(bool IsTaken, long Remaining, TimeSpan RetryAfter);

/// <summary>
/// This process's share of a bucket. Tokens come from the shared bucket in small lots, so that most requests ask nobody; without a shared
/// bucket it fills by itself, at the full rate.
/// </summary>
internal sealed class TokenBucket(BucketLimit limit, DateTimeOffset now)
{
    private readonly Lock _lock = new();
    private double _tokens;
    private long _sharedRemaining;
    private DateTimeOffset _filled = now;
    private bool _isAlone;

    public DateTimeOffset LastUsed { get; private set; } = now;

    /// <summary>Tokens of one lot: a twentieth of a second's worth, so that what lies unused here is little.</summary>
    public int Lot => (int)Math.Clamp(limit.PerSecond / 20, 1, limit.Burst);

    /// <summary>Null when there is none here and the shared bucket has to be asked.</summary>
    public BucketAnswer? TryTake(DateTimeOffset now)
    {
        lock (_lock)
        {
            LastUsed = now;
            if (_tokens < 1) return null;
            _tokens--;
            return new BucketAnswer(true, (long)_tokens + _sharedRemaining, TimeSpan.Zero);
        }
    }

    /// <summary>Takes in a lot, and a token out of it.</summary>
    /// <param name="granted">Tokens; 0: none was left.</param>
    /// <param name="remaining">What the shared bucket still holds.</param>
    public BucketAnswer Receive(int granted, long remaining)
    {
        lock (_lock)
        {
            (_isAlone, _sharedRemaining) = (false, remaining);
            _tokens += granted;
            return TakeOrRefuse();
        }
    }

    /// <summary>Without a shared bucket.</summary>
    public BucketAnswer Fill(DateTimeOffset now)
    {
        lock (_lock)
        {
            // Alone from now on: whatever was used of the shared bucket, this one begins full.
            if (!_isAlone) (_tokens, _isAlone) = (limit.Burst, true);
            else _tokens = Math.Min(limit.Burst, _tokens + (Math.Max(0, (now - _filled).TotalSeconds) * limit.PerSecond));
            (_filled, _sharedRemaining) = (now, 0);
            return TakeOrRefuse();
        }
    }

    private BucketAnswer TakeOrRefuse()
    {
        if (_tokens < 1) return new BucketAnswer(false, 0, TimeSpan.FromSeconds((1 - _tokens) / limit.PerSecond));
        _tokens--;
        return new BucketAnswer(true, (long)_tokens + _sharedRemaining, TimeSpan.Zero);
    }
}
