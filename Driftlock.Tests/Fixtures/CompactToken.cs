using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Driftlock.Tests.Fixtures;

/// <summary>Writes tokens in JWS Compact Serialization (RFC 7515, 7.1), honest ones and forged ones, without the library that reads them.</summary>
public static class CompactToken
{
    public static string Write(JsonObject header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(payload)}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public static string Write(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign) =>
        Write(header, Encoding.UTF8.GetBytes(claims.ToJsonString()), sign);

    /// <summary>The unsecured form, with an empty signature (RFC 7519, 6).</summary>
    public static string Unsecured(JsonObject claims, string none) => Write(new JsonObject { ["alg"] = none, ["typ"] = "JWT" }, claims, _ => []);

    /// <summary>A forgery that a reader falls for when it takes the bytes of a public key for a shared secret.</summary>
    public static string SignedWithPublicKey(SigningKey key, JsonObject claims) => Write(
        new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = key.Id },
        claims,
        content => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.PublicPem), content));
}
