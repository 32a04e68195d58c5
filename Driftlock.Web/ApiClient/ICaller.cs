namespace Driftlock.Web.ApiClient;

/// <summary>Whoever the dashboard asks for: the Api is called with the signed-in user's key and with no other.</summary>
public interface ICaller
{
    /// <summary>The user's API key; null when nobody is signed in.</summary>
    ValueTask<string?> KeyAsync();
}
