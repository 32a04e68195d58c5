using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cli;
using Driftlock.Cli.Eval;

namespace Driftlock.Tests.Measurements;

public sealed class InjectedStreamsTests
{
    private const ulong Seed = 11;

    private static readonly LabelledLog[] Logs = [Log("shop", SyntheticLogs.OfShop(1500, 1)), Log("disk", SyntheticLogs.OfDisk(1500, 2)), Log("other-shop", SyntheticLogs.OfShop(1500, 3))];

    [Fact]
    public void Alien_lines_are_as_many_as_stated_and_lie_within_the_stated_bounds()
    {
        var random = new SeededRandom(Seed);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var stream = Make(random).Single(stream => stream is { Log: "shop", Kind: "alien" });
            var alien = Enumerable.Range(0, stream.Lines.Length).Where(i => Encoding.ASCII.GetString(stream.Lines[i]).Contains('<', StringComparison.Ordinal)).ToArray();
            Assert.True(stream.K == alien.Length && stream.First == alien[0] && stream.End == alien[^1] + 1, $"seed {Seed}, repeat {repeat}");
            Assert.InRange(stream.End - stream.First, stream.K, 50);
        }
    }

    [Fact]
    public void An_absent_message_comes_all_the_time_but_in_its_episode()
    {
        var random = new SeededRandom(Seed);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var stream = Make(random).Single(stream => stream is { Log: "disk", Kind: "absence" });
            var beat = stream.Lines.GroupBy(Encoding.ASCII.GetString).MaxBy(group => group.Count())!.Key;
            var places = Enumerable.Range(0, stream.Lines.Length).Where(i => Encoding.ASCII.GetString(stream.Lines[i]) == beat).ToArray();
            var longest = places.Zip(places.Skip(1), (a, b) => b - a).Max();
            Assert.DoesNotContain(places, place => place >= stream.First && place < stream.End);
            Assert.True(longest >= stream.End - stream.First && longest <= 130, $"seed {Seed}, repeat {repeat}: {longest}");
        }
    }

    [Fact]
    public void Two_logs_of_one_system_are_not_foreign_to_each_other_whatever_their_names()
    {
        var sources = StreamSource.Of(Logs);
        Assert.Equal(["disk"], sources[0].Foreign.Select(source => source.Name));
        Assert.Equal(["shop", "other-shop"], sources[1].Foreign.Select(source => source.Name));
    }

    [Fact]
    public void Streams_are_the_same_for_the_same_seed_and_others_for_another()
    {
        var (a, b, c) = (Text(Seed), Text(Seed), Text(Seed + 1));
        Assert.Equal(a, b);
        Assert.NotEqual(a, c);

        static string Text(ulong seed) => string.Join('\n', Make(new SeededRandom(seed)).SelectMany(stream => stream.Lines).Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public void Logs_that_are_too_short_are_named_with_their_lengths()
    {
        var failure = Assert.Throws<InputException>(() => StreamSource.Of([Logs[0], Log("brief", SyntheticLogs.OfDisk(900, 1))]));
        Assert.Contains("there are 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("brief.log: 900", failure.Message, StringComparison.Ordinal);
    }

    private static List<InjectedStream> Make(SeededRandom random) => new InjectedStreams(StreamSource.Of(Logs), InjectedStreams.Kinds, resampled: true).Make(random);

    private static LabelledLog Log(string name, string[] lines) =>
        new(name, $"nowhere/{name}.log", [.. lines.Select(Encoding.ASCII.GetBytes)], new bool[lines.Length]);
}
