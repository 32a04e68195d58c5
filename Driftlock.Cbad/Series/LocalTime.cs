namespace Driftlock.Cbad.Series;

/// <summary>
/// The configured local time, which the series' hours follow. It knows numbers only: a machine's time-zone database may be older than another's,
/// and verdicts have to be the same everywhere. One for all streams of a partition, so that a configuration entry holds for all of them at once.
/// </summary>
internal sealed class LocalTime
{
    private IReadOnlyList<UtcOffset> _offsets = [];

    // The entry in force at the last point: those that follow have the same one, all but twice a year.
    private long _from = long.MaxValue;
    private long _until = long.MinValue;
    private int _minutes;

    public LocalTime(EngineConfiguration configuration) => Use(configuration);

    /// <summary>As people call it.</summary>
    public string Zone { get; private set; } = "";

    /// <param name="configuration">A valid one, in force from here on.</param>
    public void Use(EngineConfiguration configuration)
    {
        _offsets = configuration.UtcOffsets;
        (_from, _until) = (long.MaxValue, long.MinValue);
        Zone = configuration.TimeZone;
    }

    /// <summary>Minutes that local time was ahead of UTC at a point; before the first entry those of the first, without entries 0.</summary>
    public int OffsetMinutes(ulong timeUnixNano)
    {
        var seconds = (long)(timeUnixNano / 1_000_000_000);
        if (seconds < _from || seconds >= _until) Find(seconds);
        return _minutes;
    }

    private void Find(long seconds)
    {
        var next = 0;
        while (next < _offsets.Count && _offsets[next].FromUnixSeconds <= seconds) next++;
        _from = next == 0 ? long.MinValue : _offsets[next - 1].FromUnixSeconds;
        _until = next < _offsets.Count ? _offsets[next].FromUnixSeconds : long.MaxValue;
        _minutes = _offsets.Count == 0 ? 0 : _offsets[Math.Max(next - 1, 0)].Minutes;
    }
}
