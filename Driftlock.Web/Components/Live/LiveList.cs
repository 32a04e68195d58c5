using System.Globalization;
using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Components.Live;

/// <summary>The anomalies of a live view, newest first: none twice, none lost while paused, never more than a page can hold.</summary>
public sealed class LiveList
{
    /// <summary>How many the page begins with.</summary>
    public const int Shown = 25;

    /// <summary>The most that stay on the page or wait while paused; older ones are in the list of anomalies.</summary>
    public const int Capacity = 200;

    private readonly List<AnomalySummary> _items;
    private readonly List<AnomalySummary> _waiting = [];
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);
    private long _last;

    public LiveList(IEnumerable<AnomalySummary> latest)
    {
        _items = [.. latest.OrderByDescending(a => a.Sequence).Take(Capacity)];
        _last = _items.Count == 0 ? 0 : _items[0].Sequence;
    }

    public IReadOnlyList<AnomalySummary> Items => _items;

    /// <summary>Arrived since this page was opened.</summary>
    public IReadOnlySet<string> Fresh => _fresh;

    public bool Paused { get; private set; }

    /// <summary>How many arrived while paused, also those beyond <see cref="Capacity"/>.</summary>
    public int Waiting { get; private set; }

    /// <summary>Where the feed continues: after the newest one known. "0" asks for everything, for an empty page has nothing to continue.</summary>
    public string LastEventId => _last.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it was new.</summary>
    public bool Add(AnomalySummary anomaly)
    {
        _last = Math.Max(_last, anomaly.Sequence);
        if (_items.Concat(_waiting).Any(a => a.Id == anomaly.Id))
            return false;
        Insert(Paused ? _waiting : _items, anomaly);
        if (Paused)
            Waiting++;
        else
            Mark(anomaly);
        return true;
    }

    public void Pause() => Paused = true;

    public void Resume()
    {
        Paused = false;
        Waiting = 0;
        foreach (var anomaly in _waiting)
        {
            Insert(_items, anomaly);
            Mark(anomaly);
        }

        _waiting.Clear();
    }

    private static void Insert(List<AnomalySummary> list, AnomalySummary anomaly)
    {
        // A replay may bring an older one after a newer one.
        var at = list.FindIndex(a => a.Sequence <= anomaly.Sequence);
        list.Insert(at < 0 ? list.Count : at, anomaly);
        if (list.Count > Capacity)
            list.RemoveRange(Capacity, list.Count - Capacity);
    }

    private void Mark(AnomalySummary anomaly)
    {
        _fresh.Add(anomaly.Id);
        if (_fresh.Count > Capacity)
            _fresh.IntersectWith(_items.Select(a => a.Id));
    }
}
