using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// A private key and the algorithm that it is made for (RFC 7518, 3.1): RSA with 2048 bits, or the curve that ES256, ES384 or ES512 names.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _curve;

    public SigningKey(string algorithm)
    {
        Algorithm = algorithm;
        if (algorithm.StartsWith("ES", StringComparison.Ordinal)) _curve = ECDsa.Create(CurveOf(algorithm));
        else _rsa = RSA.Create(2048);
    }

    public string Algorithm { get; }

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>What everyone may know of the key, as the file that libraries read: SubjectPublicKeyInfo in PEM.</summary>
    public string PublicPem => (_rsa as AsymmetricAlgorithm ?? _curve!).ExportSubjectPublicKeyInfoPem();

    /// <summary>Signs with the key's own algorithm, or, an RSA key, with any RS or PS algorithm.</summary>
    public byte[] Sign(byte[] content, string algorithm) => _rsa is null
        ? _curve!.SignData(content, HashOf(algorithm))
        : _rsa.SignData(content, HashOf(algorithm), algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    /// <summary>The public half as RFC 7517 writes it. No <c>alg</c>: the reader's own list has to decide, not ours.</summary>
    public JsonObject ToPublicJwk()
    {
        var key = new JsonObject { ["use"] = "sig", ["kid"] = Id };
        if (_rsa is not null)
        {
            var parameters = _rsa.ExportParameters(includePrivateParameters: false);
            (key["kty"], key["n"], key["e"]) = ("RSA", Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
        }
        else
        {
            var point = _curve!.ExportParameters(includePrivateParameters: false).Q;
            (key["kty"], key["crv"]) = ("EC", Algorithm switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" });
            (key["x"], key["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }
        return key;
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _curve?.Dispose();
    }

    private static ECCurve CurveOf(string algorithm) => algorithm switch
    {
        "ES256" => ECCurve.NamedCurves.nistP256,
        "ES384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    private static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
