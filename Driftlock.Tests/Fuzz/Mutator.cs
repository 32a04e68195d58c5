using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>Makes inputs out of seeds: a few changes one after another, each by somebody who knows the form.</summary>
internal static class Mutator
{
    public delegate byte[] Mutation(SeededRandom random, byte[] input, byte[] other);

    public static byte[] Next(SeededRandom random, byte[][] seeds, Mutation mutation)
    {
        var input = seeds[random.Below(seeds.Length)];
        // The seed itself now and then: what is always broken is never read to its end.
        for (var changes = random.Below(random.Below(8) == 0 ? 16 : 4); changes > 0; changes--)
        {
            input = mutation(random, input, seeds[random.Below(seeds.Length)]);
        }
        return input;
    }
}
