using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Anomaly;
using FsCheck;
using FsCheck.Fluent;

namespace Driftlock.Tests.Web;

public sealed class LineSegmentsTests
{
    [Fact]
    public void A_token_is_cut_out_at_its_offsets()
    {
        var segments = LineSegments.Of("disk failed now", [new CostlyToken(5, 6, 21)]);
        Assert.Equal(["disk ", "failed", " now"], segments.Select(s => s.Text));
        Assert.Equal([null, 21, null], segments.Select(s => s.Bits));
    }

    [Fact]
    public void Offsets_count_utf16_units_so_that_text_after_an_emoji_is_met()
    {
        const string Text = "\U0001F4A5 boom";
        var segments = LineSegments.Of(Text, [new CostlyToken(3, 4, 9)]);
        Assert.Equal(["\U0001F4A5 ", "boom"], segments.Select(s => s.Text));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void A_token_that_would_split_a_surrogate_pair_takes_the_whole_pair(int start, int length)
    {
        var segments = LineSegments.Of("\U0001F4A5x", [new CostlyToken(start, length, 9)]);
        Assert.StartsWith("\U0001F4A5", Assert.Single(segments, s => s.Bits is not null).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_tokens_are_the_segments_are_the_whole_text_and_no_pair_is_split()
    {
        var tokens = Gen.Zip(Gen.Choose(-3, 30), Gen.Choose(-3, int.MaxValue)).Select(t => new CostlyToken(t.Item1, t.Item2 % 40, 7)).ListOf();
        var text = Gen.Elements("a", " ", "\U0001F4A5", "\u00e9", "\n", "\u2713").ListOf().Select(parts => string.Concat(parts));
        Prop.ForAll(Gen.Zip(text, tokens).ToArbitrary(), sample =>
        {
            var segments = LineSegments.Of(sample.Item1, [.. sample.Item2]);
            return string.Concat(segments.Select(s => s.Text)) == sample.Item1
                && segments.All(s => s.Text.Length > 0 && !char.IsLowSurrogate(s.Text[0]) && !char.IsHighSurrogate(s.Text[^1]));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 2)]
    [InlineData(12, 3)]
    [InlineData(20, 4)]
    public void Heat_rises_with_the_bits(double bits, int heat) => Assert.Equal(heat, new LineSegment("x", bits).Heat);
}
