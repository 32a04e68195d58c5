using System.Globalization;
using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cli.Eval;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Series;

public sealed class NabScorerTests
{
    private static readonly NabFile OneWindow = new("one", new ulong[1000], new double[1000], [(500, 549)]);

    [Theory]
    [InlineData("numenta")]
    [InlineData("twitterADVec")]
    [InlineData("windowedGaussian")]
    [InlineData("null")]
    public void The_published_outputs_of_other_detectors_get_their_published_scores(string detector)
    {
        var directory = DevelopmentData.Directory("metrics/nab");
        var files = NabFile.ReadAll(directory);
        var scores = files.Select(file => LabelledLog.ReadLines(Path.Combine(directory, "published_detector_outputs", detector, file.Name + ".gz"))
            .Skip(1).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray()).ToList();
        using var published = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "published_scores_this_half.json")));
        var expected = published.RootElement.GetProperty(detector).GetProperty("this_half");
        foreach (var (profile, name) in new[] { (NabProfile.Standard, "standard"), (NabProfile.RewardLowFp, "reward_low_FP_rate"), (NabProfile.RewardLowFn, "reward_low_FN_rate") })
        {
            var score = NabScorer.Sweep(files, scores, profile).Score;
            Assert.Equal(expected.GetProperty(name).GetProperty("score_threshold_optimised_on_this_half").GetDouble(), score, 0.0051);
        }
    }

    [Fact]
    public void Silence_scores_0_and_the_first_row_of_each_window_alone_100()
    {
        Assert.Equal(0, NabScorer.At([OneWindow], [new double[1000]], NabProfile.Standard, 0.5));
        Assert.Equal((0, double.PositiveInfinity), NabScorer.Sweep([OneWindow], [new double[1000]], NabProfile.Standard));
        var perfect = new double[1000];
        perfect[500] = 1;
        Assert.Equal(100, NabScorer.At([OneWindow], [perfect], NabProfile.Standard, 0.5), 9);
    }

    [Fact]
    public void A_row_long_after_the_window_costs_the_whole_weight_and_one_on_probation_nothing()
    {
        var scores = new double[1000];
        scores[900] = 1;
        Assert.Equal(-1.11, NabScorer.Raw(OneWindow, scores, NabProfile.Standard, 0.5), 9);
        Assert.Equal(-1.22, NabScorer.Raw(OneWindow, scores, NabProfile.RewardLowFp, 0.5), 9);
        Assert.Equal(-2.11, NabScorer.Raw(OneWindow, scores, NabProfile.RewardLowFn, 0.5), 9);
        scores[900] = 0;
        scores[149] = 1;
        Assert.Equal(-1, NabScorer.Raw(OneWindow, scores, NabProfile.Standard, 0.5), 9);
        scores[150] = 1;
        Assert.Equal(-1.11, NabScorer.Raw(OneWindow, scores, NabProfile.Standard, 0.5), 9);
    }

    [Fact]
    public void The_swept_threshold_gives_the_swept_score()
    {
        var random = new SeededRandom(7);
        var scores = Enumerable.Range(0, 1000).Select(i => random.Unit() + (i is >= 500 and < 520 ? 0.3 : 0)).ToArray();
        var (score, threshold) = NabScorer.Sweep([OneWindow], [scores], NabProfile.Standard);
        Assert.True(score > 0);
        Assert.Equal(score, NabScorer.At([OneWindow], [scores], NabProfile.Standard, threshold), 9);
    }
}
