using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Redaction;

namespace Driftlock.Telemetry;

/// <summary>
/// Takes secrets and personal data out of text before anything is stored. Immutable: one instance serves all threads. Every rule
/// runs in time linear in the text.
/// </summary>
public sealed class Redactor
{
    private readonly bool _enabled;

    private Redactor(bool enabled) => _enabled = enabled;

    /// <summary>All rules.</summary>
    public static Redactor Standard { get; } = new(enabled: true);

    /// <summary>Stores text as it came. For a laboratory, not for production.</summary>
    public static Redactor None { get; } = new(enabled: false);

    /// <summary>Whether the value of an attribute with this key must not be stored.</summary>
    public bool IsSensitiveKey(ReadOnlySpan<byte> key) => _enabled && KeyName.StrengthOf(key) != KeyStrength.None;

    /// <summary>
    /// Redacts UTF-8 text. False when it is clean; then <paramref name="target"/> is left alone and the text can be used as it is.
    /// Otherwise the redacted text is appended to <paramref name="target"/>.
    /// </summary>
    public bool TryRedact(ReadOnlySpan<byte> text, ByteBuffer target, RedactionCounts counts)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(counts);
        if (!_enabled || text.Length < 4) return false;
        var copied = 0;
        var secret = SecretScanner.Next(text, 0);
        var card = CardNumber.Next(text, 0);
        while (!secret.IsNone || !card.IsEmpty)
        {
            var isCard = secret.IsNone || (!card.IsEmpty && card.Start < secret.Range.Start);
            var finding = isCard ? new Finding(card, RedactionRule.Card) : secret;
            target.WriteRaw(text[copied..finding.Range.Start]);
            if (finding.Quote) target.WriteByte((byte)'"');
            target.WriteRaw(RedactionRules.Marker(finding.Rule));
            if (finding.Quote) target.WriteByte((byte)'"');
            counts.Add(finding.Rule);
            copied = finding.Range.End;
            if (!secret.IsNone && secret.Range.Start < copied) secret = SecretScanner.Next(text, copied);
            if (!card.IsEmpty && card.Start < copied) card = CardNumber.Next(text, copied);
        }
        if (copied == 0) return false;
        target.WriteRaw(text[copied..]);
        return true;
    }

    /// <summary>Empty values, booleans, nothings and what is masked already tell nothing.</summary>
    internal static bool IsWorthHiding(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \""u8);
        if (value.IsEmpty || value.StartsWith("[REDACTED"u8) || !value.ContainsAnyExcept("*-."u8)) return false;
        if (value.Length > 3 && !value.ContainsAnyExcept("*-.xX"u8)) return false;
        if (value.Length > 9) return true;
        foreach (var nothing in Nothings)
        {
            if (Ascii.EqualsIgnoreCase(value, nothing)) return false;
        }
        return true;
    }

    private static readonly byte[][] Nothings =
        [.. new[] { "true", "false", "null", "none", "nil", "yes", "no", "undefined", "(null)", "{}", "[]" }.Select(Encoding.ASCII.GetBytes)];
}
