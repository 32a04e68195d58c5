using System.CommandLine;
using System.Globalization;
using Driftlock.Cbad;
using Driftlock.Cli.Verify;

namespace Driftlock.Cli;

/// <summary>Recomputes anomalies from their evidence, follows a chain of evidence link by link, and checks the signatures of both.</summary>
internal static class VerifyCommand
{
    private const long MaxBytes = 64 << 20;

    public static Command Create()
    {
        var paths = new Argument<string[]>("evidence")
        {
            Description = "Evidence bundles, and chains as GET /api/v1/evidence/chain gives them (JSON). Where both are given, each bundle must stand in the chain.",
            Arity = ArgumentArity.OneOrMore,
        };
        var key = new Option<string?>("--public-key") { Description = "PEM file with the ECDSA P-256 public key that must have signed." };
        var keys = new Option<string?>("--keys") { Description = "The public keys that may have signed, as GET /api/v1/evidence/keys gives them (JSON)." };
        var head = new Option<string?>("--head") { Description = "A hash that was written down earlier and must stand in the chain: shows that its end was not cut off." };
        var command = new Command("verify", "Recomputes an anomaly from its evidence alone, or a chain of evidence; exits with 0 only if nothing differs.")
        {
            paths, key, keys, head,
        };
        command.SetAction(parsed => Guarded.Run(() =>
        {
            using var given = VerificationKeys.Load(parsed.GetValue(key), parsed.GetValue(keys));
            return Run(parsed.GetValue(paths)!, given, parsed.GetValue(head));
        }));
        return command;
    }

    private static int Run(string[] paths, EvidenceKeys keys, string? head)
    {
        var files = paths.Select(path => (Path: path, Bytes: Read(path))).ToLookup(file => EvidenceLinks.IsChain(file.Bytes));
        var stretches = files[true].Select(file => ReadChain(file.Path, file.Bytes)).ToList();
        if (stretches.Count == 0 && head is not null) throw new InputException("--head needs a chain: give the answer of GET /api/v1/evidence/chain as well");
        var chain = stretches.Count == 0 ? null : new EvidenceChain(stretches, keys.IsEmpty ? null : keys);
        var isGood = true;
        foreach (var (path, bytes) in files[false])
        {
            if (paths.Length > 1) Console.Out.WriteLine($"{path}:");
            isGood &= VerifyBundle(bytes, keys, chain);
        }
        if (chain is not null) isGood &= VerifyChain(chain, keys, head);
        return isGood ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private static byte[] Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        if (new FileInfo(path).Length > MaxBytes) throw new InputException($"{path}: larger than {MaxBytes} bytes; this is not evidence");
        return File.ReadAllBytes(path);
    }

    private static EvidenceLinks ReadChain(string path, byte[] bytes)
    {
        try
        {
            return EvidenceLinks.Read(bytes);
        }
        catch (FormatException failure)
        {
            throw new InputException($"{path}: {failure.Message}");
        }
    }

    private static bool VerifyBundle(byte[] bundle, EvidenceKeys keys, EvidenceChain? chain)
    {
        var report = EvidenceVerifier.Verify(bundle);
        foreach (var note in report.Notes) Console.Out.WriteLine($"note: {note}");
        foreach (var difference in report.Differences)
            Console.Out.WriteLine($"differs: {difference.What}: stated {Short(difference.Stated)}, recomputed {Short(difference.Recomputed)}");
        if (report.Evidence is not { } evidence) return false;
        if (!report.Verified) return Not($"{report.Differences.Count} figures differ");
        if (!keys.IsEmpty)
        {
            if (evidence.Signature is not { } signature) return Not("the bundle has no signature");
            if (keys.Problem(signature, evidence.ContentHash) is { } problem) return Not(problem);
        }
        var id = string.Create(CultureInfo.InvariantCulture, $"{evidence.Position.Partition}-{evidence.Position.Offset}-{evidence.Position.Ordinal}");
        if (chain?.ProblemOf(id, evidence.ContentHash) is { } missing) return Not(missing);
        var signed = evidence.Signature is null ? "the bundle is not signed" : keys.IsEmpty ? "signature not checked, neither --public-key nor --keys given" : "signature valid";
        Console.Out.WriteLine($"verified: every bit, the p-value and the decision follow from the bundle ({signed}{(chain is null ? "" : "; it stands in the chain")})");
        Console.Out.WriteLine($"  {evidence.Explanation.Why}");
        return true;
    }

    private static bool VerifyChain(EvidenceChain chain, EvidenceKeys keys, string? head)
    {
        if (chain.Problem is { } problem) return Not(problem);
        if (head is not null && !chain.Contains(head)) return Not($"no link has the hash {head}: the chain was cut off, or written anew");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"verified: {chain.Count} links, from position {chain.First} to {chain.Last}, follow from one another ({(keys.IsEmpty ? "signatures not checked, neither --public-key nor --keys given" : "signatures valid")})"));
        Console.Out.WriteLine($"  head: {chain.Head}");
        return true;
    }

    private static bool Not(string why)
    {
        Console.Out.WriteLine($"NOT VERIFIED: {why}");
        return false;
    }

    private static string Short(string text) => text.Length <= 120 ? text : text[..120] + "...";
}
