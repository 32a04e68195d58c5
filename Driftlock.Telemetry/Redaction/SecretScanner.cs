using System.Buffers;

namespace Driftlock.Telemetry.Redaction;

/// <summary>
/// Finds everything but card numbers. One vectorised search stops at bytes that are rare in clean text and that each pattern cannot do
/// without; there the patterns are tried. Each try looks at a bounded number of bytes or consumes what it looked at, so the whole is
/// linear in the text.
/// </summary>
internal static class SecretScanner
{
    private static readonly SearchValues<byte> Anchors = SearchValues.Create("=:@J_KSGBbxz"u8);

    /// <summary>The first finding at or after <paramref name="from"/>; nothing before it belongs to a finding any more.</summary>
    public static Finding Next(ReadOnlySpan<byte> text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            var next = text[i..].IndexOfAny(Anchors);
            if (next < 0) break;
            i += next;
            var finding = text[i] switch
            {
                (byte)'=' or (byte)':' => KeyValueText.Match(text, i, from),
                (byte)'@' => Address.Match(text, i, from),
                (byte)'J' => CredentialText.Jwt(text, i - 2, from),
                (byte)'G' => CredentialText.PrivateKey(text, i),
                (byte)'B' or (byte)'b' => CredentialText.Scheme(text, i, from),
                var anchor => CredentialText.KnownPrefix(text, i, from, anchor),
            };
            if (!finding.IsNone) return finding;
        }
        return Finding.None(text.Length);
    }
}
