using System.Numerics;

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

    // Ordered by their first letter; at most 32, one bit each.
    private static readonly byte[][] Stems =
    [
        .. new[]
        {
            "abort", "cannot", "corrupt", "critical", "denied", "error", "exception", "fail", "fatal", "interrupt", "invalid", "killed",
            "lost", "panic", "refused", "severe", "timed", "timeout", "unable",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    // Where the stems of each letter start in Stems; entry 26 is the end.
    private static readonly int[] Starts = [.. Enumerable.Range('a', 27).Select(letter => Stems.Count(stem => stem[0] < letter))];

    /// <summary>0 to <see cref="Most"/>.</summary>
    public static int Of(ReadOnlySpan<byte> text, byte severityNumber)
    {
        var found = 0u;
        for (var at = 0; at < text.Length; at++)
        {
            var letter = (text[at] | 0x20) - 'a';
            if ((uint)letter >= 26 || Starts[letter] == Starts[letter + 1] || !StartsWord(text, at)) continue;
            for (var stem = Starts[letter]; stem < Starts[letter + 1]; stem++)
                if (IsAt(text[at..], Stems[stem])) found |= 1u << stem;
        }
        // OpenTelemetry: 13 and up WARN, 17 and up ERROR, 21 and up FATAL.
        var declared = severityNumber switch { >= 21 => 3, >= 17 => 2, >= 13 => 1, _ => 0 };
        return Math.Min(Most, Math.Max(BitOperations.PopCount(found), declared));
    }

    private static bool IsAt(ReadOnlySpan<byte> text, ReadOnlySpan<byte> stem)
    {
        if (text.Length < stem.Length) return false;
        for (var i = 0; i < stem.Length; i++)
            if ((text[i] | 0x20) != stem[i]) return false;
        return true;
    }

    // A word starts after anything but a letter, and at the hump of camel case.
    private static bool StartsWord(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !char.IsAsciiLetter((char)text[at - 1]) || (char.IsAsciiLetterLower((char)text[at - 1]) && char.IsAsciiLetterUpper((char)text[at]));
}
