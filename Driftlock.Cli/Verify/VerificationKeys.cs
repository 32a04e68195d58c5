using System.Text.Json;
using Driftlock.Cbad;

namespace Driftlock.Cli.Verify;

/// <summary>Reads public keys from files: one out of a PEM file, or all that a deployment has published.</summary>
internal static class VerificationKeys
{
    /// <exception cref="InputException">A file is missing or holds no such key; the message names it.</exception>
    public static EvidenceKeys Load(string? pemPath, string? publishedPath)
    {
        var keys = new EvidenceKeys();
        if (pemPath is not null) Add(keys, Read(pemPath), pemPath);
        if (publishedPath is null) return keys;
        try
        {
            using var published = JsonDocument.Parse(Read(publishedPath));
            foreach (var key in published.RootElement.GetProperty("keys").EnumerateArray()) Add(keys, key.GetProperty("publicKey").GetString() ?? "", publishedPath);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{publishedPath}: not what GET /api/v1/evidence/keys gives: {failure.Message}");
        }
        if (keys.IsEmpty) throw new InputException($"{publishedPath}: holds no key");
        return keys;
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : throw new InputException($"{path}: no such file");

    private static void Add(EvidenceKeys keys, string pem, string path)
    {
        try
        {
            keys.Add(pem);
        }
        catch (FormatException failure)
        {
            throw new InputException($"{path}: {failure.Message}");
        }
    }
}
