using Driftlock.Cbad;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>
/// A bundle of evidence: the verifier never throws, what cannot be read is a difference. What is readable is written in one form only,
/// and what verifies has the content of a bundle that an engine wrote.
/// </summary>
internal sealed class EvidenceTarget : FuzzTarget
{
    private readonly Lazy<HashSet<string>> _genuine;
    private VerificationReport? _report;

    public EvidenceTarget() => _genuine = new(() => [.. Seeds.Select(seed => EvidenceJson.HashContent(EvidenceJson.Read(seed)))]);

    public override string Name => "evidence";

    public override int ShortRound => 400;

    public override int Share => 10;

    public override long MostAllocated(int inputBytes) => (16L << 20) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        _report = EvidenceVerifier.Verify(input);
        return _report.Evidence is not null;
    }

    public override void Check(byte[] input)
    {
        var report = _report!;
        Assert.NotEqual(report.Verified, report.Differences.Count > 0);
        if (report.Verified) Assert.Contains(EvidenceJson.HashContent(report.Evidence!), _genuine.Value);
        var once = EvidenceJson.Write(report.Evidence!);
        Assert.Equal(once, EvidenceJson.Write(EvidenceJson.Read(once)));
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, JsonMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() => Samples.Evidence();
}
