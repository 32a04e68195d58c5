namespace Driftlock.Cli.Generate;

/// <summary>Spans of the shop's checkout: frontend calls cart, payment and shipping, payment calls its provider.</summary>
internal sealed class ShopTraces(ulong seed, ulong startUnixNano, AnomalyPlan plan)
{
    private const int Root = -1;

    private static readonly (string Service, string Name, int Kind, int Parent, double Milliseconds)[] Steps =
    [
        ("frontend", "POST /checkout", 2, Root, 180), ("cart", "cart.load", 2, 0, 6), (AnomalyPlan.Service, "payment.charge", 2, 0, 110),
        (AnomalyPlan.Service, "POST provider/charges", 3, 2, 90), ("inventory", "stock.reserve", 2, 0, 12), ("shipping", "label.create", 2, 0, 25),
    ];

    private readonly SeededRandom _random = new(seed);

    public IEnumerable<GeneratedItem> Items()
    {
        var time = startUnixNano;
        var (traceId, ids) = ("", new string[Steps.Length]);
        for (var i = 0; i < plan.Count; i++)
        {
            var index = i % Steps.Length;
            if (index == 0)
            {
                traceId = _random.Hex(16);
                for (var s = 0; s < ids.Length; s++) ids[s] = _random.Hex(8);
                time += (ulong)(200_000_000 + _random.Share() * 800_000_000);
            }
            var step = Steps[index];
            var isAnomalous = plan.Covers(i, step.Service);
            if (isAnomalous && plan.Kind == AnomalyKind.Silence) continue;
            var milliseconds = step.Milliseconds * (0.8 + 0.2 * Math.Abs(_random.Normal()));
            var failure = _random.Share() < 0.005 ? "declined" : null;
            var name = step.Name;
            if (isAnomalous) (milliseconds, failure, name) = Anomalous(i, milliseconds, failure, name);
            var start = time + (ulong)(index * 5_000_000);
            var parent = step.Parent == Root ? null : ids[step.Parent];
            yield return Span(step.Service, name, step.Kind, (traceId, ids[index], parent), start, start + (ulong)(milliseconds * 1e6), failure, isAnomalous);
        }
    }

    private (double Milliseconds, string? Failure, string Name) Anomalous(int item, double milliseconds, string? failure, string name) => plan.Kind switch
    {
        AnomalyKind.Spike => (milliseconds * 20, "deadline exceeded", name),
        AnomalyKind.Noise => (milliseconds * _random.Share() * 30, failure, name),
        AnomalyKind.Pattern when _random.Share() < 0.4 => (milliseconds, "UPSTREAM_LEDGER_UNREACHABLE", name),
        AnomalyKind.Corruption => (milliseconds, failure, name[..(1 + _random.Below(name.Length))]),
        AnomalyKind.Drift => (milliseconds * (1 + 4 * plan.Progress(item)), failure, name),
        _ => (milliseconds, failure, name),
    };

    private static GeneratedItem Span(
        string service, string name, int kind, (string Trace, string Span, string? Parent) ids, ulong start, ulong end, string? failure, bool isAnomalous) =>
        new(service, name, start, isAnomalous, json =>
        {
            json.WriteStartObject();
            json.WriteString("traceId", ids.Trace);
            json.WriteString("spanId", ids.Span);
            if (ids.Parent is not null) json.WriteString("parentSpanId", ids.Parent);
            json.WriteString("name", name);
            json.WriteNumber("kind", kind);
            JsonValues.Long(json, "startTimeUnixNano", start);
            JsonValues.Long(json, "endTimeUnixNano", end);
            JsonValues.Attributes(json, ("http.response.status_code", failure is null ? 200 : 502));
            if (failure is not null)
            {
                json.WriteStartObject("status");
                json.WriteNumber("code", 2);
                json.WriteString("message", failure);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });
}
