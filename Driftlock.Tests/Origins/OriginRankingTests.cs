using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Origins;

namespace Driftlock.Tests.Origins;

public sealed class OriginRankingTests
{
    // 0 front -> 1 shop, 2 search; 1 shop -> 3 store; 2 search -> 3 store; 4 is called by nobody above.
    private static readonly (int Caller, int Callee)[] Calls = [(0, 1), (0, 2), (1, 3), (2, 3), (4, 3)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_slow_node_comes_first_and_not_those_that_wait_for_it(int slow)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var ranked = OriginRanking.Rank(Slowed(slow, seed), Calls, 0, SymptomKind.Latency);
            Assert.True(ranked[0].Node == slow, $"seed {seed}: node {ranked[0].Node} came first");
        }
    }

    [Fact]
    public void A_node_that_the_symptom_does_not_depend_on_is_never_named()
    {
        var nodes = Slowed(3, 7);
        nodes[4] = Node(100, 0.01, 5.0, new SeededRandom(8));
        Assert.DoesNotContain(OriginRanking.Rank(nodes, Calls, 0, SymptomKind.Latency), origin => origin.Node == 4);
    }

    [Fact]
    public void The_failures_of_a_node_that_normal_operation_never_calls_are_charged_to_its_caller()
    {
        var random = new SeededRandom(3);
        NodeMeasurements?[] nodes = [Failing(0.10, random), Failing(0.20, random), Failing(0, random), Failing(0.20, random) with { BaselineRequests = new double[40] }];
        var ranked = OriginRanking.Rank(nodes, [(0, 1), (0, 2), (1, 3)], 0, SymptomKind.Availability);
        Assert.Equal(1, ranked[0].Node);
        Assert.DoesNotContain(ranked, origin => origin.Node == 3);
    }

    [Fact]
    public void Callees_that_run_side_by_side_do_not_turn_suspicion_back_to_their_caller()
    {
        var random = new SeededRandom(5);
        // Both callees take a second longer at once, so the caller takes one second longer, not two.
        NodeMeasurements?[] nodes = [Node(100, 0.2, 1.2, random), Node(100, 0.1, 1.1, random), Node(100, 0.1, 1.1, random)];
        var ranked = OriginRanking.Rank(nodes, [(0, 1), (0, 2)], 0, SymptomKind.Latency);
        Assert.Equal(0, ranked[^1].Node);
        Assert.Equal(0, ranked[^1].Score);
    }

    [Fact]
    public void Calls_in_a_circle_and_nodes_without_measurements_are_no_obstacle()
    {
        var nodes = Slowed(1, 9);
        nodes[2] = null;
        var ranked = OriginRanking.Rank(nodes, [(0, 1), (1, 0), (1, 1), (0, 2), (2, 3)], 0, SymptomKind.Latency);
        Assert.Equal(1, ranked[0].Node);
    }

    [Fact]
    public void The_order_in_which_calls_are_listed_changes_nothing_and_values_that_are_missing_are_left_out()
    {
        var nodes = Slowed(3, 11);
        nodes[1] = nodes[1]! with { IncidentValues = [double.NaN, double.NaN, double.NaN] };
        var expected = OriginRanking.Rank(nodes, Calls, 0, SymptomKind.Latency).Select(origin => origin.Node);
        Assert.Equal(expected, OriginRanking.Rank(nodes, [.. Calls.Reverse()], 0, SymptomKind.Latency).Select(origin => origin.Node));
        Assert.Equal(3, expected.First());
    }

    [Fact]
    public void What_lies_beyond_the_bounds_is_refused_by_name()
    {
        var random = new SeededRandom(1);
        Assert.Throws<ArgumentException>(() => OriginRanking.Rank(new NodeMeasurements?[OriginRanking.MaxNodes + 1], [], 0, SymptomKind.Latency));
        Assert.Throws<ArgumentException>(() => OriginRanking.Rank([null], [(0, 1)], 0, SymptomKind.Latency));
        Assert.Throws<ArgumentException>(() => OriginRanking.Rank([null], [], 1, SymptomKind.Latency));
        var uneven = Node(1, 1, 1, random) with { IncidentValues = [1] };
        Assert.Throws<ArgumentException>(() => OriginRanking.Rank([uneven], [], 0, SymptomKind.Latency));
    }

    // store 10 ms, search and shop each 20 ms + one call of the store, front 30 ms + one call of each; the slow one takes 200 ms more.
    private static NodeMeasurements?[] Slowed(int slow, ulong seed)
    {
        var random = new SeededRandom(seed);
        double store = slow == 3 ? 0.2 : 0, search = store + (slow == 2 ? 0.2 : 0), shop = store + (slow == 1 ? 0.2 : 0);
        return
        [
            Node(100, 0.09, 0.09 + search + shop, random), Node(100, 0.03, 0.03 + shop, random), Node(100, 0.03, 0.03 + search, random),
            Node(200, 0.01, 0.01 + store, random), Node(50, 0.02, 0.02, random),
        ];
    }

    private static NodeMeasurements Node(double requests, double usual, double now, SeededRandom random) => new()
    {
        BaselineRequests = Around(requests, 40, random), BaselineValues = Around(usual, 40, random),
        IncidentRequests = Around(requests, 3, random), IncidentValues = Around(now, 3, random),
    };

    private static NodeMeasurements Failing(double share, SeededRandom random) => new()
    {
        BaselineRequests = Around(100, 40, random), BaselineValues = [.. Enumerable.Repeat(100.0, 40)],
        IncidentRequests = Around(100, 3, random), IncidentValues = [.. Enumerable.Repeat(100 * (1 - share), 3)],
    };

    private static double[] Around(double centre, int count, SeededRandom random) =>
        [.. Enumerable.Range(0, count).Select(_ => centre * (0.95 + (0.1 * random.Unit())))];
}
