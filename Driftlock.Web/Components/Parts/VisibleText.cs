namespace Driftlock.Web.Components.Parts;

/// <summary>Makes what could deceive the eye visible: control characters, and the marks that turn the direction of text.</summary>
/// <remarks>
/// Each UTF-16 unit becomes exactly one, so that offsets into the text still hold. Line breaks and tabs stay; markup is not this
/// class's business: components write text, which is encoded.
/// </remarks>
public static class VisibleText
{
    private const char Replacement = '\uFFFD';

    public static string Of(string text) => Clean(text) ? text : string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = Shown(source, i);
    });

    private static bool Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Shown(text, i) != text[i])
                return false;
        }

        return true;
    }

    private static char Shown(string text, int index) => text[index] switch
    {
        '\n' or '\t' => text[index],
        < ' ' => (char)('\u2400' + text[index]),
        '\u007F' => '\u2421',
        // C1 controls, and the embeddings, overrides and isolates of the bidirectional algorithm
        >= '\u0080' and <= '\u009F' or '\u061C' or '\u200E' or '\u200F' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' => Replacement,
        var c when char.IsHighSurrogate(c) => index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? c : Replacement,
        var c when char.IsLowSurrogate(c) => index > 0 && char.IsHighSurrogate(text[index - 1]) ? c : Replacement,
        var c => c,
    };
}
