using System.Diagnostics.Metrics;

namespace Driftlock.Api.Caching;

/// <summary>Meter Driftlock.Cache: the hit rate of an area is what was found near or shared, of all that was looked up.</summary>
public sealed class CacheMetrics
{
    public const string MeterName = "Driftlock.Cache";

    /// <summary>In this process, in Redis, nowhere but in the store.</summary>
    internal const string Near = "near", Shared = "shared", Store = "store";

    private readonly Counter<long> _lookups;

    public CacheMetrics(IMeterFactory factory) =>
        _lookups = factory.Create(MeterName).CreateCounter<long>("driftlock.cache.lookups", "{lookup}", "Values looked up, by area and by where they were found.");

    internal void Found(string area, string place) => _lookups.Add(1, new("area", area), new("place", place));
}
