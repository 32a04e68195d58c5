using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Tests.Traces;

/// <summary>Traces of a small shop: root 100 calls 200 and then 300 one to three times; each 300 calls 400. Times in nanoseconds.</summary>
internal sealed class SyntheticTraces(ulong seed)
{
    public const ulong Root = 100, Cart = 200, Payment = 300, Provider = 400;

    private readonly SeededRandom _random = new(seed);
    private ulong _next = 1;

    /// <param name="slowed">Operation whose first span takes <paramref name="factor"/> times as long.</param>
    /// <param name="without">Operation whose first span is missing.</param>
    public SpanFacts[] Next(ulong slowed = 0, double factor = 1, ulong without = 0)
    {
        var start = 1_000_000_000UL * _next;
        var spans = new List<SpanFacts>();
        var (rootId, at) = (Id(), start + 1_000_000);
        if (without != Cart) at = Call(spans, Cart, rootId, at, Milliseconds(5) * (slowed == Cart ? factor : 1));
        for (var calls = 1 + _random.Below(3); calls > 0; calls--)
        {
            var paymentId = Id();
            var begin = at;
            at = Call(spans, Provider, paymentId, at + 500_000, Milliseconds(20) * (slowed == Provider ? factor : 1)) + 500_000;
            if (slowed == Provider) slowed = 0;
            spans.Add(new SpanFacts(Payment, paymentId, rootId, begin, at - begin, 0, 2, 7));
        }
        spans.Add(new SpanFacts(Root, rootId, 0, start, at + (ulong)Milliseconds(2) - start, 0, 1, 9));
        _next++;
        return [.. spans];
    }

    private ulong Call(List<SpanFacts> spans, ulong operation, ulong parent, ulong start, double duration)
    {
        spans.Add(new SpanFacts(operation, Id(), parent, start, (ulong)duration, 0, 3, 5));
        return start + (ulong)duration;
    }

    private ulong Id() => 1 + (_random.Next() >> 1);

    // The usual spread of real durations: from half to twice the typical one.
    private double Milliseconds(double typical) => typical * 1e6 * ExactMath.Exp((_random.Unit() + _random.Unit() - 1) * 0.7);
}
