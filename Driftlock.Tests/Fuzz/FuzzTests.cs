namespace Driftlock.Tests.Fuzz;

/// <summary>
/// Whatever arrives at a door is taken or refused in the documented way, within bounded memory and time. A failure prints seed and
/// input; the input becomes a test in Regressions/.
/// </summary>
public sealed class FuzzTests
{
    private const ulong Seed = 20_261_121;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_arrives_is_taken_or_refused_as_documented(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var figures = new FuzzRound(target, Seed, target.ShortRound).Run();
        // A round in which nothing gets through, or everything, tests only half of the door.
        Assert.InRange(figures.Accepted, 1, figures.Inputs - 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_seed_is_taken(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        Assert.All(target.Seeds, seed =>
        {
            Assert.True(target.Takes(seed));
            target.Check(seed);
        });
    }
}
