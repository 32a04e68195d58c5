using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>One door through which foreign bytes come in, and what must hold there for every input.</summary>
internal abstract class FuzzTarget
{
    private readonly Lazy<byte[][]> _seeds;

    protected FuzzTarget() => _seeds = new Lazy<byte[][]>(() => [.. MakeSeeds()]);

    public abstract string Name { get; }

    /// <summary>Inputs of the round that every build runs.</summary>
    public virtual int ShortRound => 10_000;

    /// <summary>Inputs of a long run, in proportion to those of the other targets: dear inputs are fewer.</summary>
    public virtual int Share => 100;

    /// <summary>Valid inputs, all by our own writers and generators.</summary>
    public byte[][] Seeds => _seeds.Value;

    /// <summary>Most bytes that reading an input of this length may allocate.</summary>
    public abstract long MostAllocated(int inputBytes);

    /// <summary>
    /// Product code only: this call is measured. True when the input was taken, false when it was refused in the documented way; every
    /// other exception is a finding.
    /// </summary>
    public abstract bool Takes(byte[] input);

    /// <summary>What holds besides, after <see cref="Takes"/> has taken the input; throws where it does not.</summary>
    public virtual void Check(byte[] input)
    {
    }

    /// <summary>The next input: a changed seed.</summary>
    public abstract byte[] Next(SeededRandom random);

    protected abstract IEnumerable<byte[]> MakeSeeds();

    protected byte[] Seed(SeededRandom random) => Seeds[random.Below(Seeds.Length)];
}
