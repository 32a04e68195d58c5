using System.Security.Cryptography;
using Driftlock.Cbad.Coding;
using Driftlock.Storage.Secrets;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>Sealed bytes: <see cref="CryptographicException"/> refuses all but those that were sealed.</summary>
internal sealed class SealedTarget : FuzzTarget
{
    private static readonly KeyRing Ring = new([new MasterKey("a master key of this run, forty letters."), new MasterKey("an earlier key of this run, forty letters")]);

    public override string Name => "sealed-bytes";

    public override long MostAllocated(int inputBytes) => (16 << 10) + (4L * inputBytes);

    public override bool Takes(byte[] input)
    {
        try
        {
            _ = Ring.Open(input, "place"u8);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public override void Check(byte[] input) => Assert.Contains(Seeds, seed => seed.AsSpan().SequenceEqual(input));

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByteMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        yield return Ring.Seal("a payment of 182 EUR"u8, "place"u8);
        yield return Ring.Seal([], "place"u8);
        yield return new KeyRing([new MasterKey("an earlier key of this run, forty letters")]).Seal(new byte[300], "place"u8);
    }
}
