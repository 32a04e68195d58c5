namespace Driftlock.Cbad.Logs;

/// <summary>
/// The level that a line without a severity number prints in its header, as loggers do: the first of the usual level words in capitals,
/// or in lower case in square brackets, among the first bytes. <c>... RAS KERNEL FATAL data TLB error</c>, <c>[Sun Dec 04] [error] mod_jk</c>
/// </summary>
internal static class LevelWord
{
    // Beyond a header's length a level word is more likely a part of the message.
    private const int HeaderBytes = 128;

    /// <summary>True when the line calls itself an error or worse. The first level word decides.</summary>
    public static bool IsError(ReadOnlySpan<byte> line)
    {
        if (line.Length > HeaderBytes) line = line[..HeaderBytes];
        for (var at = 0; at < line.Length;)
        {
            if (!char.IsAsciiLetter((char)line[at]))
            {
                at++;
                continue;
            }
            var end = at + 1;
            while (end < line.Length && IsWord(line[end])) end++;
            var stands = at == 0 || !IsWord(line[at - 1]);
            var bracketed = at > 0 && line[at - 1] == '[' && end < line.Length && line[end] == ']';
            if (stands && LevelOf(line[at..end], bracketed) is { } isError) return isError;
            at = end;
        }
        return false;
    }

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or (byte)'.';

    private static bool? LevelOf(ReadOnlySpan<byte> word, bool bracketed) => word.Length switch
    {
        4 when Is(word, "INFO"u8, bracketed) || Is(word, "WARN"u8, bracketed) => false,
        5 when Is(word, "DEBUG"u8, bracketed) || Is(word, "TRACE"u8, bracketed) => false,
        6 when Is(word, "NOTICE"u8, bracketed) => false,
        7 when Is(word, "WARNING"u8, bracketed) => false,
        4 when Is(word, "CRIT"u8, bracketed) => true,
        5 when Is(word, "ERROR"u8, bracketed) || Is(word, "FATAL"u8, bracketed) || Is(word, "EMERG"u8, bracketed) || Is(word, "ALERT"u8, bracketed) => true,
        6 when Is(word, "SEVERE"u8, bracketed) => true,
        8 when Is(word, "CRITICAL"u8, bracketed) => true,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> capitals, bool bracketed)
    {
        if (word.SequenceEqual(capitals)) return true;
        if (!bracketed) return false;
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] != (capitals[i] | 0x20)) return false;
        }
        return true;
    }
}
