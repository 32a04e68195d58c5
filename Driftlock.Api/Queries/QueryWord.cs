namespace Driftlock.Api.Queries;

/// <summary>Query parameters that are words.</summary>
internal static class QueryWord
{
    /// <summary>Postgres text cannot hold it, and would fail the query.</summary>
    public const string NoNul = "must not contain the character U+0000";

    public static bool HasNul(string? text) => text?.Contains('\0') == true;

    /// <summary>One name of an enum, and neither its number nor several names, which Enum.TryParse would add up.</summary>
    public static bool TryName<T>(string text, out T value) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out value) && text.All(char.IsAsciiLetter) && Enum.IsDefined(value);
}
