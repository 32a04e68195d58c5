namespace Driftlock.Telemetry;

public static class RedactionRules
{
    private static readonly string[] Names =
        ["secret", "jwt", "bearer", "card", "email", "private-key", "aws-key", "driftlock-key", "provider-key", "url-credentials"];

    public static int Count => Names.Length;

    /// <summary>Lower case with hyphens: as in the stored marker and in metrics.</summary>
    public static string Name(this RedactionRule rule) => Names[(int)rule];

    internal static ReadOnlySpan<byte> Marker(RedactionRule rule) => rule switch
    {
        RedactionRule.Secret => "[REDACTED:secret]"u8,
        RedactionRule.Jwt => "[REDACTED:jwt]"u8,
        RedactionRule.Bearer => "[REDACTED:bearer]"u8,
        RedactionRule.Card => "[REDACTED:card]"u8,
        RedactionRule.Email => "[REDACTED:email]"u8,
        RedactionRule.PrivateKey => "[REDACTED:private-key]"u8,
        RedactionRule.AwsKey => "[REDACTED:aws-key]"u8,
        RedactionRule.DriftlockKey => "[REDACTED:driftlock-key]"u8,
        RedactionRule.ProviderKey => "[REDACTED:provider-key]"u8,
        _ => "[REDACTED:url-credentials]"u8,
    };
}
