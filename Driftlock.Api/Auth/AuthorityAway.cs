namespace Driftlock.Api.Auth;

/// <summary>Who could say whether a credential is good (our store, an issuer) is away: noted on the request for the answer to it.</summary>
internal static class AuthorityAway
{
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private static readonly object Key = new();

    public static void Note(HttpContext context) => context.Items[Key] = true;

    public static bool IsNoted(HttpContext context) => context.Items.ContainsKey(Key);
}
