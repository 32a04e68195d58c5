namespace Driftlock.Cbad.Events;

/// <summary>Text of any length, brought to one that fits.</summary>
public static class TextStart
{
    /// <summary>
    /// The first <paramref name="longest"/> UTF-16 units, or one fewer where the cut would leave half of a surrogate pair: that has no UTF-8 form,
    /// which drivers and serializers refuse.
    /// </summary>
    /// <param name="text">Of any length.</param>
    /// <param name="longest">1 or more.</param>
    public static string Of(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
