namespace Driftlock.Storage;

/// <summary>OTLP times (unsigned nanoseconds since 1970, up to the year 2554) as database times (microseconds).</summary>
public static class UnixTime
{
    private const long NanosecondsPerTick = 100;

    public static DateTime ToDateTime(ulong unixNano) => DateTime.UnixEpoch.AddTicks((long)(unixNano / NanosecondsPerTick));

    public static DateTime ToDateTime(long unixNano) => DateTime.UnixEpoch.AddTicks(unixNano / NanosecondsPerTick);

    public static long ToUnixNano(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick;
}
