using Driftlock.Storage.Model;

namespace Driftlock.Api.Auth;

/// <summary>What an API key is made for. Shorthand for its scopes.</summary>
public enum ApiKeyRole
{
    /// <summary>Sends telemetry and nothing else.</summary>
    Ingest,

    /// <summary>Reads.</summary>
    Read,

    /// <summary>Reads, and works on anomalies and incidents.</summary>
    Analyst,

    /// <summary>All of it, within its tenant.</summary>
    Admin,
}

/// <summary>Which scopes a role stands for. Policies ask for scopes; roles are for people.</summary>
public static class Roles
{
    /// <summary>Of a key whose scopes are no role's.</summary>
    public const string Custom = "custom";

    public static Scopes Of(ApiKeyRole role) => role switch
    {
        ApiKeyRole.Ingest => Scopes.Ingest,
        ApiKeyRole.Read => Scopes.Read,
        ApiKeyRole.Analyst => Scopes.Read | Scopes.Write,
        ApiKeyRole.Admin => Scopes.Ingest | Scopes.Read | Scopes.Write | Scopes.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };

    public static Scopes Of(UserRole role) => role switch
    {
        UserRole.Viewer => Of(ApiKeyRole.Read),
        UserRole.Analyst => Of(ApiKeyRole.Analyst),
        UserRole.Admin => Of(ApiKeyRole.Admin),
        UserRole.Operator => Of(ApiKeyRole.Admin) | Scopes.Operate,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };

    /// <summary>The role whose scopes these are, in the form of the API.</summary>
    public static string NameOf(Scopes scopes)
    {
        foreach (var role in Enum.GetValues<ApiKeyRole>())
        {
            if (Of(role) == (scopes & ~Scopes.Operate)) return role.ToString().ToLowerInvariant();
        }
        return Custom;
    }

    public static string NameOf(UserRole role) => role.ToString().ToLowerInvariant();

    /// <summary>True when the caller has every scope of the role: nobody gives, changes or takes away more than it has.</summary>
    public static bool AreWithin(Scopes scopes, Caller caller) => (scopes & ~caller.Scopes) == Scopes.None;
}
