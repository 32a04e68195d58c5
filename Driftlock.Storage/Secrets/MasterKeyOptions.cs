namespace Driftlock.Storage.Secrets;

/// <summary>Section <c>Driftlock</c>: the secrets that everything else which is secret rests on.</summary>
public sealed class MasterKeyOptions
{
    public const string Section = "Driftlock";

    /// <summary>Shorter ones can be guessed.</summary>
    public const int Shortest = 32;

    /// <summary>Earlier master keys that may be named at once.</summary>
    public const int MostPrevious = 8;

    /// <summary>Seals and hashes what is written from now on, at least 32 characters. None: one is made and kept in the database, where it protects nothing from who can read that.</summary>
    public string? MasterKey { get; set; }

    /// <summary>Earlier master keys, for what was written under them. To rotate, move the old one here and set a new one.</summary>
    public IList<string> PreviousMasterKeys { get; init; } = [];
}
