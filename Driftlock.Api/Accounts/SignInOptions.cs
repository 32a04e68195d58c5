namespace Driftlock.Api.Accounts;

/// <summary>Section <c>SignIn</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>After it a user signs in again.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Sessions that a user may have at once; one more ends the oldest.</summary>
    public int SessionsPerUser { get; set; } = 20;
}
