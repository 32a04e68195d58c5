namespace Driftlock.Cbad.Logs;

/// <summary>What a byte of UTF-8 is to the token scanner and to the header coder. Bytes above 127 count as letters.</summary>
internal static class CharacterClasses
{
    public const byte Token = 1;
    public const byte Digit = 2;
    public const byte Letter = 4;
    public const byte Slash = 8;
    public const byte Space = 16;

    private static readonly byte[] Table = MakeTable();

    public static ReadOnlySpan<byte> Of => Table;

    private static byte[] MakeTable()
    {
        var table = new byte[256];
        for (var b = 0; b < 256; b++)
        {
            var c = (char)b;
            if (b >= 128 || char.IsAsciiLetter(c)) table[b] = Token | Letter;
            else if (char.IsAsciiDigit(c)) table[b] = Token | Digit;
            else if (c == '/') table[b] = Token | Slash;
            else if ("_.-$*%+\\~@".Contains(c)) table[b] = Token;
            else if (c is ' ' or '\t' or '\r' or '\n') table[b] = Space;
        }
        return table;
    }
}
