using System.Globalization;
using System.Text;

namespace Driftlock.Cli.Generate;

/// <summary>Log records of a small shop: five services, each with its own messages, severities and ids.</summary>
internal sealed class ShopLogs(ulong seed, ulong startUnixNano, AnomalyPlan plan)
{
    private static readonly (string Service, string Scope, double Share, (int Weight, int Severity, string Text)[] Messages)[] Services =
    [
        ("frontend", "Shop.Frontend.Requests", 0.30,
        [
            (40, 9, "GET /products/{product} 200 in {ms} ms"), (20, 9, "GET /cart 200 in {ms} ms"), (12, 9, "POST /cart/items 201 in {ms} ms"),
            (6, 9, "GET /health 200 in 1 ms"), (3, 13, "GET /products/{product} 404 in {ms} ms"), (2, 9, "session {hex} started from {ip}"),
        ]),
        (AnomalyPlan.Service, "Shop.Payment.Provider", 0.32,
        [
            (30, 9, "charge {charge} of {amount} EUR accepted by provider in {ms} ms"), (12, 5, "token for customer {customer} taken from cache"),
            (10, 9, "authorized order {order} for customer {customer}"), (3, 13, "charge {charge} declined: insufficient funds"),
            (4, 9, "refund {charge} of {amount} EUR booked"), (2, 13, "provider answered slowly: {ms} ms, attempt 1 of 3"),
        ]),
        ("cart", "Shop.Cart.Store", 0.16,
        [
            (30, 9, "cart {hex} updated: {n} items"), (10, 5, "cart {hex} loaded from redis in {ms} ms"), (2, 13, "cart {hex} expired after {n} days"),
        ]),
        ("inventory", "Shop.Inventory.Stock", 0.14,
        [
            (25, 9, "reserved {n} of product {product} in warehouse {warehouse}"), (10, 9, "released {n} of product {product} in warehouse {warehouse}"),
            (2, 13, "stock of product {product} below {n}"),
        ]),
        ("shipping", "Shop.Shipping.Labels", 0.08,
        [
            (15, 9, "label printed for order {order}, carrier {carrier}"), (5, 9, "pickup of {n} parcels confirmed by {carrier}"),
            (1, 17, "carrier {carrier} timed out after 30000 ms, will retry"),
        ]),
    ];

    private static readonly string[] Carriers = ["dhl", "ups", "gls", "dpd"];

    private readonly SeededRandom _random = new(seed);
    private ulong _time = startUnixNano;

    public IEnumerable<GeneratedItem> Items()
    {
        for (var i = 0; i < plan.Count; i++)
        {
            var service = Pick();
            _time += (ulong)(20_000_000 + _random.Share() * 160_000_000);
            var isAnomalous = plan.Covers(i, service.Service);
            if (isAnomalous && plan.Kind == AnomalyKind.Silence)
            {
                // Others write instead, so that the number of records stays as asked.
                service = Services[0];
                isAnomalous = false;
            }
            var (severity, text) = Normal(service.Messages);
            if (isAnomalous) (severity, text) = Anomalous(i, severity, text);
            yield return Record(service.Service, service.Scope, severity, text, isAnomalous);
        }
    }

    private GeneratedItem Record(string service, string scope, int severity, string text, bool isAnomalous)
    {
        var (time, traceId, spanId) = (_time, _random.Hex(16), _random.Hex(8));
        var (pod, thread) = (string.Create(CultureInfo.InvariantCulture, $"{service}-7d9f4c-{_random.Below(3)}"), 1 + _random.Below(16));
        return new GeneratedItem(service, scope, time, isAnomalous, json =>
        {
            json.WriteStartObject();
            JsonValues.Long(json, "timeUnixNano", time);
            json.WriteNumber("severityNumber", severity);
            json.WriteString("severityText", severity switch { >= 17 => "ERROR", >= 13 => "WARN", >= 9 => "INFO", _ => "DEBUG" });
            JsonValues.Text(json, "body", text);
            JsonValues.Attributes(json, ("k8s.pod.name", pod), ("thread.id", thread), ("code.namespace", scope));
            json.WriteString("traceId", traceId);
            json.WriteString("spanId", spanId);
            json.WriteEndObject();
        });
    }

    private (string Service, string Scope, double Share, (int Weight, int Severity, string Text)[] Messages) Pick()
    {
        var share = _random.Share();
        foreach (var service in Services)
        {
            if ((share -= service.Share) < 0) return service;
        }
        return Services[0];
    }

    private (int Severity, string Text) Normal((int Weight, int Severity, string Text)[] messages)
    {
        var pick = _random.Below(messages.Sum(m => m.Weight));
        var index = 0;
        while ((pick -= messages[index].Weight) >= 0) index++;
        return (messages[index].Severity, Fill(messages[index].Text));
    }

    private (int Severity, string Text) Anomalous(int item, int severity, string text) => plan.Kind switch
    {
        AnomalyKind.Pattern when _random.Share() < 0.4 =>
            (17, Fill("charge {charge} failed: provider answered 502 UPSTREAM_LEDGER_UNREACHABLE, settlement queue at {n}00 entries")),
        AnomalyKind.Spike when _random.Share() < 0.8 => (17, Fill("provider answered slowly: {ms}000 ms, attempt 3 of 3, giving up charge {charge}")),
        AnomalyKind.Noise => (1 + _random.Below(24), string.Join(' ', Enumerable.Range(0, 6 + _random.Below(6)).Select(_ => _random.Hex(3)))),
        AnomalyKind.Corruption => (severity, Corrupt(text)),
        AnomalyKind.Drift when _random.Share() < plan.Progress(item) => (13, Fill("charge {charge} queued: provider quota reached, {n} waiting")),
        _ => (severity, text),
    };

    private string Corrupt(string text)
    {
        var damaged = new StringBuilder(text);
        for (var i = 0; i < text.Length / 6 + 1; i++) damaged[_random.Below(text.Length)] = (char)('!' + _random.Below(90));
        return damaged.ToString(0, text.Length - _random.Below(text.Length / 2));
    }

    private string Fill(string template)
    {
        var text = new StringBuilder();
        for (var rest = template; ;)
        {
            var open = rest.IndexOf('{');
            if (open < 0) return text.Append(rest).ToString();
            var close = rest.IndexOf('}');
            text.Append(rest, 0, open).Append(Value(rest[(open + 1)..close]));
            rest = rest[(close + 1)..];
        }
    }

    private string Value(string name) => name switch
    {
        "ms" => (3 + _random.Below(90) + (int)Math.Abs(_random.Normal() * 20)).ToString(CultureInfo.InvariantCulture),
        "amount" => string.Create(CultureInfo.InvariantCulture, $"{1 + _random.Below(250)}.{_random.Below(100):00}"),
        "product" => string.Create(CultureInfo.InvariantCulture, $"P{1000 + _random.Below(40)}"),
        "customer" => string.Create(CultureInfo.InvariantCulture, $"C{10000 + _random.Below(2000)}"),
        "order" => string.Create(CultureInfo.InvariantCulture, $"O-{_random.Below(1_000_000):000000}"),
        "charge" => "ch_" + _random.Hex(6),
        "hex" => _random.Hex(8),
        "ip" => string.Create(CultureInfo.InvariantCulture, $"10.{_random.Below(4)}.{_random.Below(256)}.{_random.Below(256)}"),
        "warehouse" => string.Create(CultureInfo.InvariantCulture, $"W{1 + _random.Below(3)}"),
        "carrier" => _random.Of(Carriers),
        _ => (1 + _random.Below(9)).ToString(CultureInfo.InvariantCulture),
    };
}
