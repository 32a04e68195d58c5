namespace Driftlock.Telemetry;

/// <summary>What a redaction was for. The names of <see cref="RedactionRules"/> stand in stored text as <c>[REDACTED:name]</c>.</summary>
public enum RedactionRule
{
    /// <summary>The value of a key named like a password, token, secret, API key, authorization header, cookie and so on.</summary>
    Secret,

    /// <summary>A JSON Web Token (RFC 7519).</summary>
    Jwt,

    /// <summary>A bearer or basic credential (RFC 6750, RFC 7617).</summary>
    Bearer,

    /// <summary>A payment card number: issuer prefix, length and Luhn digit (ISO/IEC 7812) all fit.</summary>
    Card,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A PEM private key (RFC 7468).</summary>
    PrivateKey,

    /// <summary>An AWS access key id.</summary>
    AwsKey,

    /// <summary>An API key of Driftlock itself (dlk_...).</summary>
    DriftlockKey,

    /// <summary>A key of a known provider with a recognisable prefix (GitHub, Slack, Stripe, Google).</summary>
    ProviderKey,

    /// <summary>User and password inside a URL.</summary>
    UrlCredentials,
}
