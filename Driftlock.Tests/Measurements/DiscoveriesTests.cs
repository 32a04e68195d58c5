using Driftlock.Cbad;
using Driftlock.Cli.Eval;

namespace Driftlock.Tests.Measurements;

public sealed class DiscoveriesTests
{
    private static readonly InjectedStream[] Streams = [Episode(first: 510, end: 530), Episode(first: 549, end: 560), Episode(first: 700, end: 701)];

    [Fact]
    public void An_alarm_is_true_when_its_window_holds_a_line_of_the_episode_and_false_anywhere_else()
    {
        JudgedWindow[] windows =
        [
            Window(0, 500, VerdictKind.Anomaly),    // holds all of the episode
            Window(0, 550, VerdictKind.Anomaly),    // follows on it
            Window(0, 600, VerdictKind.Anomaly),    // elsewhere
            Window(1, 500, VerdictKind.Anomaly),    // the episode begins with its last line
            Window(1, 550, VerdictKind.Anomaly),    // goes on in it
            Window(1, 600, VerdictKind.Suppressed), // no alarm
            Window(2, 700, VerdictKind.Suppressed), // no alarm, so the episode stays unfound
            Window(2, 750, VerdictKind.Normal),
        ];
        var found = Discoveries.Count(Streams, windows, i => windows[i].Kind == VerdictKind.Anomaly);
        Assert.Equal((3, 2, 1), (found.True, found.False, found.JustAfter));
        Assert.Equal([true, true, false], found.Found);
        Assert.Equal(2 / 5.0, found.FalseShare);
        Assert.Equal(2 / 3.0, found.Power);
    }

    [Fact]
    public void Without_an_alarm_none_is_false_and_nothing_is_found()
    {
        var found = Discoveries.Count(Streams, [Window(0, 500, VerdictKind.Normal)], _ => false);
        Assert.Equal((0.0, 0.0), (found.FalseShare, found.Power));
    }

    [Fact]
    public void Lord_plus_plus_spends_less_with_every_test_and_more_after_a_rejection()
    {
        // The first test's limit is the spending at 1 times half of the level: .07720838 ln 2 / 2 of it.
        var first = 0.07720838 * Math.Log(2) * 0.025;
        Assert.Equal([true], LordPlusPlus.Reject([first * 0.999], 0.05));
        Assert.Equal([false], LordPlusPlus.Reject([first * 1.001], 0.05));
        Assert.Equal([false, false], LordPlusPlus.Reject([1, first * 0.999], 0.05));
        Assert.Equal([true, true], LordPlusPlus.Reject([0, first * 0.999], 0.05));
    }

    private static InjectedStream Episode(int first, int end) => new("log", "alien", 5, [], first, end);

    private static JudgedWindow Window(int stream, long first, VerdictKind kind) => new(stream, first, first + 50, kind, 0.01);
}
