using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// The kind of a record as symbols: severity, event name, attribute keys, then the first runs of the body (a run of digits, a word, a
/// stretch of spaces, or any other character). <c>[10.30 16:49:06] chrome.exe -</c> is [ D . D space D : D : D ] space W . W space.
/// </summary>
internal static class RecordKind
{
    public const int Slots = 3;
    public const int MaxRuns = 16;
    public const int MaxSymbols = Slots + MaxRuns;

    private const ushort Digits = 1;
    private const ushort Word = 2;
    private const ulong Prime = 1099511628211;

    /// <summary>Fills <paramref name="symbols"/> and returns their hash, never 0.</summary>
    /// <param name="view">The event as judged.</param>
    /// <param name="symbols">At least <see cref="MaxSymbols"/>.</param>
    /// <param name="count">How many were filled.</param>
    /// <param name="starts">Empty, or where each run starts in the body, and where the last one ends.</param>
    public static ulong Read(in EventView view, Span<ushort> symbols, out int count, Span<int> starts)
    {
        symbols[0] = (ushort)(0x100 | view.Severity);
        symbols[1] = view.Name.IsEmpty ? (ushort)0x1000 : (ushort)(0x1001 + (Fingerprint(view.Name) % 0xffe));
        symbols[2] = Keys(view);
        count = Slots;
        var hash = 14695981039346656037;
        for (var i = 0; i < Slots; i++) hash = (hash ^ symbols[i]) * Prime;
        var body = view.Body;
        var classes = CharacterClasses.Of;
        var at = 0;
        for (var run = 0; run < MaxRuns && at < body.Length; run++)
        {
            if (!starts.IsEmpty) starts[run] = at;
            var symbol = TakeRun(body, classes, ref at);
            symbols[count++] = symbol;
            hash = (hash ^ symbol) * Prime;
        }
        if (!starts.IsEmpty) starts[count - Slots] = at;
        hash ^= hash >> 29;
        return hash == 0 ? 1 : hash;
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
        foreach (var b in bytes) hash = (hash ^ b) * Prime;
        return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9 >> 16;
    }
}
