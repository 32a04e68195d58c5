namespace Driftlock.Cli.Generate;

/// <summary>Gauges and counters of the shop's services, one round of all series each ten seconds, with a daily rhythm.</summary>
internal sealed class ShopMetrics(ulong seed, ulong startUnixNano, AnomalyPlan plan)
{
    private const ulong RoundNanoseconds = 10_000_000_000;
    private const int RoundsADay = 8640;

    private static readonly (string Service, string Name, string Unit, double Level, double Swing, double Noise)[] Series =
    [
        ("frontend", "http.server.active_requests", "{request}", 40, 15, 3), ("frontend", "process.cpu.utilization", "1", 0.35, 0.15, 0.02),
        (AnomalyPlan.Service, "payment.provider.latency", "ms", 120, 30, 8), ("cart", "cart.store.size", "{cart}", 900, 200, 12),
        ("inventory", "inventory.stock.level", "{item}", 5000, 400, 25), ("shipping", "shipping.queue.length", "{parcel}", 18, 6, 2),
    ];

    private readonly SeededRandom _random = new(seed);

    public IEnumerable<GeneratedItem> Items()
    {
        for (var i = 0; i < plan.Count; i++)
        {
            var round = i / Series.Length;
            var series = Series[i % Series.Length];
            var time = startUnixNano + (ulong)round * RoundNanoseconds;
            var isAnomalous = plan.Covers(i, series.Service);
            var value = series.Level + series.Swing * Rhythm(round) + series.Noise * _random.Normal();
            if (isAnomalous)
            {
                if (plan.Kind == AnomalyKind.Silence) continue;
                value = Anomalous(i, round, series.Level, series.Swing, series.Noise, value);
            }
            yield return Point(series.Service, series.Name, series.Unit, time, Math.Round(value, 4), isAnomalous);
        }
    }

    /// <summary>A parabola up and one down a day, between -1 and 1: a sine without a library function.</summary>
    private static double Rhythm(int round)
    {
        var half = round % RoundsADay / (RoundsADay / 2.0);
        var x = half % 1;
        return (half < 1 ? 1 : -1) * 4 * x * (1 - x);
    }

    private double Anomalous(int item, int round, double level, double swing, double noise, double value) => plan.Kind switch
    {
        AnomalyKind.Spike => value + level * 6,
        AnomalyKind.Noise => value + noise * 12 * _random.Normal(),
        AnomalyKind.Pattern => level + (round % 6 < 3 ? swing * 2 : -swing * 2),
        AnomalyKind.Corruption => _random.Share() < 0.3 ? -value * 1000 : value,
        AnomalyKind.Drift => value + level * plan.Progress(item),
        _ => value,
    };

    private static GeneratedItem Point(string service, string name, string unit, ulong time, double value, bool isAnomalous) =>
        new(service, name, time, isAnomalous, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("unit", unit);
            json.WriteStartObject("gauge");
            json.WriteStartArray("dataPoints");
            json.WriteStartObject();
            JsonValues.Long(json, "timeUnixNano", time);
            json.WriteNumber("asDouble", value);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
