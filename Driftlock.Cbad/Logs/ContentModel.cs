using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// Codes the text of lines whose template is new: an adaptive character model of order 3 over the first <see cref="MaxCharacters"/>
/// characters, with each run of digits as one, and the share of its words that the stream never used. It learns types, not
/// occurrences, so it is paid for on few lines.
/// </summary>
internal sealed class ContentModel(int room)
{
    public const int MaxCharacters = 96;
    public const int MaxSlots = 32768;

    private const double Uniform = 1.0 / 97;
    private const uint Order0 = 1u << 24;
    private const uint Order1 = 2u << 24;
    private const uint Order2 = 3u << 24;
    private const uint Order3 = 4u << 24;
    private const uint Words = 5u << 24;
    private const int ShortestDivisor = 8;
    private const int ShortestWord = 3;
    private const int MaxWordCharacters = 160;

    public CountTable Counts { get; } = new(MaxSlots * room);

    /// <summary>Scores and learns; returns code length per character in units of 1/65,536 bit, and the total.</summary>
    public int ScoreAndLearn(ReadOnlySpan<byte> body, BitTrace? trace, out int totalBits)
    {
        var classes = CharacterClasses.Of;
        var bits = 0;
        var characters = 0;
        uint past = 0;
        var at = 0;
        while (at < body.Length && characters < MaxCharacters)
        {
            var start = at;
            var symbol = body[at++];
            if ((classes[symbol] & CharacterClasses.Digit) != 0)
            {
                symbol = (byte)'0';
                while (at < body.Length && (classes[body[at]] & CharacterClasses.Digit) != 0) at++;
            }
            else if (symbol is < 32 or > 126)
            {
                symbol = 127;
            }
            var probability = Counts.BlendAndLearn(Uniform, Order0, symbol);
            if (characters >= 1) probability = Counts.BlendAndLearn(probability, Order1 | (past & 0x7f), symbol);
            if (characters >= 2) probability = Counts.BlendAndLearn(probability, Order2 | (past & 0x3fff), symbol);
            if (characters >= 3) probability = Counts.BlendAndLearn(probability, Order3 | (past & 0x1fffff), symbol);
            var cost = FixedLog.CodeLength(probability);
            bits += cost;
            trace?.AddContent(start, at - start, cost);
            past = (past << 7) | symbol;
            characters++;
        }
        totalBits = bits;
        return bits / Math.Max(ShortestDivisor, characters);
    }

    /// <summary>Learns the words of a new line; returns unknown / (words + 1), units of 1/65,536. Words are three letters or more, in any case.</summary>
    public int LearnWords(ReadOnlySpan<byte> body)
    {
        var classes = CharacterClasses.Of;
        var (words, unknown) = (0, 0);
        for (var at = 0; at < Math.Min(body.Length, MaxWordCharacters);)
        {
            if ((classes[body[at]] & CharacterClasses.Letter) == 0)
            {
                at++;
                continue;
            }
            var start = at;
            ulong hash = 14695981039346656037;
            for (; at < body.Length && (classes[body[at]] & CharacterClasses.Letter) != 0; at++) hash = (hash ^ (byte)(body[at] | 0x20)) * 1099511628211;
            if (at - start < ShortestWord) continue;
            words++;
            hash ^= hash >> 32;
            // From a probability of 0 the blend is above 0 just where the word followed its context before.
            if (Counts.BlendAndLearn(0, Words | (uint)((hash >> 16) & 0xff), (ushort)(hash & 0xfffe)) == 0) unknown++;
        }
        return unknown * FixedLog.One / (words + 1);
    }
}
