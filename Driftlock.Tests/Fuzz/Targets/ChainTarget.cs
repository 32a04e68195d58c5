using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cli.Verify;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>A chain of evidence as `driftlock verify` reads it: <see cref="FormatException"/> refuses it.</summary>
internal sealed class ChainTarget : FuzzTarget
{
    private EvidenceLinks? _links;

    public override string Name => "evidence-chain";

    public override long MostAllocated(int inputBytes) => (64 << 10) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        var isChain = EvidenceLinks.IsChain(input);
        try
        {
            _links = EvidenceLinks.Read(input);
            _ = new EvidenceChain([_links], keys: null).Problem;
            return isChain;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        var once = Write(_links!);
        Assert.Equal(once, Write(EvidenceLinks.Read(once)));
        Assert.True(EvidenceLinks.IsChain(once));
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, JsonMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        var items = new List<EvidenceLink>();
        for (var position = 1L; position <= 3; position++)
        {
            var (id, content, previous) = ($"3-{position}-0", new string('a', 64), items.Count == 0 ? EvidenceLink.NoHash : items[^1].Hash);
            items.Add(new EvidenceLink(position, id, content, previous, EvidenceLink.HashOf(7, position, id, content, previous), "0123456789abcdef", new byte[64]));
        }
        yield return Write(new EvidenceLinks(EvidenceLinks.CurrentFormat, 7, items, null));
        yield return Write(new EvidenceLinks(EvidenceLinks.CurrentFormat, 7, [.. items.Skip(1)], "3"));
    }

    private static byte[] Write(EvidenceLinks links) => JsonSerializer.SerializeToUtf8Bytes(links, JsonSerializerOptions.Web);
}
