using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// Codes what kind of record an event is before it says anything: severity, event name and attribute keys, then the shape of the
/// first <see cref="MaxRuns"/> character runs of the body (digits, words, spaces, each other character). Learned on every event.
/// A line of another system betrays itself here: its first runs cost many bits.
/// </summary>
internal sealed class HeaderModel(int room)
{
    public const int MaxRuns = 16;
    public const int MaxSlots = 4096;

    private const ulong Uniform = (1UL << FixedLog.ProbabilityBits) / 64;
    private const ushort Digits = 1;
    private const ushort Word = 2;
    private const uint Anywhere = 1u << 24;
    private const uint AfterRun = 2u << 24;
    private const uint AtPosition = 3u << 24;
    private const uint AtPositionAfterRun = 4u << 24;
    private const uint Slot = 5u << 24;
    private const uint SlotAfter = 6u << 24;

    public CountTable Counts { get; } = new(MaxSlots * room);

    /// <summary>Scores and learns; returns the code length in units of 1/65,536 bit.</summary>
    /// <param name="view">The event as judged.</param>
    /// <param name="trace">Where each bit belongs; null in the steady state.</param>
    public int ScoreAndLearn(in EventView view, BitTrace? trace)
    {
        var structure = CodeSlot(0, 0, (ushort)(0x100 | view.Severity));
        var name = view.Name.IsEmpty ? (ushort)0x1000 : (ushort)(0x1001 + (Fingerprint(view.Name) % 0xffe));
        structure += CodeSlot(1, (ushort)(0x100 | view.Severity), name);
        structure += CodeSlot(2, name, Keys(view));
        if (trace is not null) trace.Structure = structure;
        return structure + CodeRuns(view.Body, trace);
    }

    private int CodeRuns(ReadOnlySpan<byte> body, BitTrace? trace)
    {
        var classes = CharacterClasses.Of;
        var bits = 0;
        uint previous = 0;
        var at = 0;
        for (uint position = 0; position < MaxRuns && at < body.Length; position++)
        {
            var start = at;
            var symbol = TakeRun(body, classes, ref at);
            var probability = Counts.BlendAndLearn(Uniform, Anywhere, symbol);
            probability = Counts.BlendAndLearn(probability, AfterRun | previous, symbol);
            probability = Counts.BlendAndLearn(probability, AtPosition | (position << 16), symbol);
            probability = Counts.BlendAndLearn(probability, AtPositionAfterRun | (position << 16) | previous, symbol);
            var cost = FixedLog.CodeLength(probability);
            bits += cost;
            trace?.AddHeader(start, at - start, cost);
            previous = symbol;
        }
        return bits;
    }

    private static ushort TakeRun(ReadOnlySpan<byte> body, ReadOnlySpan<byte> classes, ref int at)
    {
        var first = body[at++];
        var kind = classes[first];
        if ((kind & CharacterClasses.Space) != 0)
        {
            while (at < body.Length && (classes[body[at]] & CharacterClasses.Space) != 0) at++;
            return ' ';
        }
        const byte Alphanumeric = CharacterClasses.Digit | CharacterClasses.Letter;
        if ((kind & Alphanumeric) == 0) return first;
        while (at < body.Length && (classes[body[at]] & Alphanumeric) != 0) kind |= classes[body[at++]];
        return (kind & CharacterClasses.Letter) != 0 ? Word : Digits;
    }

    private int CodeSlot(uint slot, ushort previous, ushort symbol)
    {
        var probability = Counts.BlendAndLearn(Uniform, Slot | (slot << 16), symbol);
        probability = Counts.BlendAndLearn(probability, SlotAfter | (slot << 16) | previous, symbol);
        return FixedLog.CodeLength(probability);
    }

    // The sum does not depend on the order in which a sender happens to write its attributes.
    private static ushort Keys(in EventView view)
    {
        if (view.AttributeCount == 0) return 0x2000;
        ulong sum = 0;
        var attributes = view.ReadAttributes();
        while (attributes.Next()) sum += Fingerprint(attributes.Key);
        return (ushort)(0x2001 + (sum % 0xffe));
    }

    private static ulong Fingerprint(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211;
        return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9 >> 16;
    }
}
