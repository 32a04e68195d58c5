using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad;

namespace Driftlock.Cli;

/// <summary>Recomputes an anomaly from its evidence, and checks its signature when given a public key.</summary>
internal static class VerifyCommand
{
    private const long MaxBytes = 64 << 20;

    public static Command Create()
    {
        var path = new Argument<string>("evidence") { Description = "An evidence bundle (JSON)." };
        var key = new Option<string?>("--public-key") { Description = "PEM file with the ECDSA P-256 public key that must have signed it." };
        var command = new Command("verify", "Recomputes an anomaly from its evidence alone; exits with 0 only if nothing differs.") { path, key };
        command.SetAction(parsed => Guarded.Run(() => Run(parsed.GetValue(path)!, parsed.GetValue(key))));
        return command;
    }

    private static int Run(string path, string? keyPath)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        if (new FileInfo(path).Length > MaxBytes) throw new InputException($"{path}: larger than {MaxBytes} bytes; this is not an evidence bundle");
        var report = EvidenceVerifier.Verify(File.ReadAllBytes(path));
        foreach (var note in report.Notes) Console.Out.WriteLine($"note: {note}");
        foreach (var difference in report.Differences)
            Console.Out.WriteLine($"differs: {difference.What}: stated {Short(difference.Stated)}, recomputed {Short(difference.Recomputed)}");
        if (report.Evidence is not { } evidence) return ExitCodes.BadInput;
        if (!report.Verified)
        {
            Console.Out.WriteLine($"NOT VERIFIED: {report.Differences.Count} figures differ");
            return ExitCodes.BadInput;
        }
        if (keyPath is not null && CheckSignature(evidence, keyPath) is { } problem)
        {
            Console.Out.WriteLine($"NOT VERIFIED: {problem}");
            return ExitCodes.BadInput;
        }
        var signed = evidence.Signature is null ? "the bundle is not signed" : keyPath is null ? "signature not checked, no --public-key given" : "signature valid";
        Console.Out.WriteLine($"verified: every bit, the p-value and the decision follow from the bundle ({signed})");
        Console.Out.WriteLine($"  {evidence.Explanation.Why}");
        return ExitCodes.Done;
    }

    private static string? CheckSignature(Evidence evidence, string keyPath)
    {
        if (evidence.Signature is not { } signature) return "the bundle has no signature";
        if (!File.Exists(keyPath)) throw new InputException($"{keyPath}: no such file");
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyPath));
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            throw new InputException($"{keyPath}: not a PEM public key: {failure.Message}");
        }
        if (signature.Algorithm != EvidenceSignature.EcdsaP256Sha256) return $"unknown signature algorithm '{signature.Algorithm}'";
        return key.VerifyData(Encoding.UTF8.GetBytes(evidence.ContentHash), signature.Value, HashAlgorithmName.SHA256) ? null : "the signature does not match this key";
    }

    private static string Short(string text) => text.Length <= 120 ? text : text[..120] + "...";
}
