namespace Driftlock.Cbad.Logs;

/// <summary>
/// How bad a line says it is: the number of distinct words for trouble in its text, or what its severity number is worth if that is
/// more. Only lines with a new template are asked.
/// </summary>
internal static class SeverityWords
{
    /// <summary>SEVERITY_NUMBER_ERROR of the OpenTelemetry log data model; 21 and up is FATAL.</summary>
    public const byte Error = 17;

    /// <summary>Upper bound of <see cref="Of"/>.</summary>
    public const int Most = 8;

    private static readonly byte[][] Stems =
    [
        .. new[]
        {
            "error", "fail", "fatal", "panic", "exception", "denied", "refused", "timeout", "timed", "severe", "critical", "abort",
            "invalid", "corrupt", "interrupt", "unable", "cannot", "killed", "lost",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>0 to <see cref="Most"/>.</summary>
    public static int Of(ReadOnlySpan<byte> text, byte severityNumber)
    {
        var words = 0;
        foreach (var stem in Stems)
            if (Holds(text, stem)) words++;
        // OpenTelemetry: 13 and up WARN, 17 and up ERROR, 21 and up FATAL.
        var declared = severityNumber switch { >= 21 => 3, >= 17 => 2, >= 13 => 1, _ => 0 };
        return Math.Min(Most, Math.Max(words, declared));
    }

    private static bool Holds(ReadOnlySpan<byte> text, ReadOnlySpan<byte> stem)
    {
        for (var at = 0; at + stem.Length <= text.Length; at++)
        {
            if ((text[at] | 0x20) != stem[0] || !StartsWord(text, at)) continue;
            var same = 1;
            while (same < stem.Length && (text[at + same] | 0x20) == stem[same]) same++;
            if (same == stem.Length) return true;
        }
        return false;
    }

    // A word starts after anything but a letter, and at the hump of camel case.
    private static bool StartsWord(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !char.IsAsciiLetter((char)text[at - 1]) || (char.IsAsciiLetterLower((char)text[at - 1]) && char.IsAsciiLetterUpper((char)text[at]));
}
