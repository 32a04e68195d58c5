using Driftlock.Storage.Model;

namespace Driftlock.Api.Auth;

/// <summary>Scopes in the form of the API: a list of names, in their order.</summary>
public static class ScopeNames
{
    private static readonly Scopes[] All = [Scopes.Ingest, Scopes.Read, Scopes.Write, Scopes.Admin, Scopes.Operate];

    public static IReadOnlyList<string> Of(Scopes scopes) => [.. All.Where(scope => scopes.HasFlag(scope)).Select(scope => scope.ToString().ToLowerInvariant())];

    /// <summary>False when a name is none of them, or there is none.</summary>
    public static bool TryParse(IReadOnlyList<string?> names, out Scopes scopes)
    {
        scopes = Scopes.None;
        foreach (var name in names)
        {
            var scope = Array.Find(All, known => string.Equals(known.ToString(), name, StringComparison.OrdinalIgnoreCase));
            if (scope == Scopes.None) return false;
            scopes |= scope;
        }
        return scopes != Scopes.None;
    }
}
