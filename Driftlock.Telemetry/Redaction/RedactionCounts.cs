namespace Driftlock.Telemetry;

/// <summary>Redactions of one batch by rule.</summary>
public sealed class RedactionCounts
{
    private readonly long[] _counts = new long[RedactionRules.Count];

    public long this[RedactionRule rule] => _counts[(int)rule];

    public long Total => _counts.Sum();

    /// <summary>Rules that hit, in the order of <see cref="RedactionRule"/>.</summary>
    public IEnumerable<KeyValuePair<RedactionRule, long>> NonZero()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] != 0) yield return new((RedactionRule)i, _counts[i]);
        }
    }

    internal void Add(RedactionRule rule) => _counts[(int)rule]++;

    internal void Clear() => Array.Clear(_counts);
}
