using AngleSharp.Dom;
using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Anomaly;

namespace Driftlock.Tests.Web;

public sealed class AnomalyViewTests
{
    private static Task<IDocument> ShowAsync(AnomalyDetail anomaly, params (string, object?)[] more) =>
        Rendered.AsDocumentAsync<AnomalyView>([("Anomaly", anomaly), ("Here", "/anomalies/x"), .. more]);

    [Fact]
    public async Task The_costliest_line_stands_first_with_what_was_expected_and_what_it_cost()
    {
        var page = await ShowAsync(AnomalyJson.Detail());
        Assert.Equal("disk failed", page.QuerySelector(".costliest blockquote")!.TextContent.Trim());
        Assert.Contains("40 bits, where a line usually costs 10.", page.QuerySelector(".costliest .said")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("93%", page.QuerySelector(".versus dd")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_of_the_window_has_a_bar_as_long_as_its_bits()
    {
        var page = await ShowAsync(AnomalyJson.Detail());
        Assert.Equal(["10%", "100%", "50%"], page.QuerySelectorAll(".window .line .bits-bar rect").Select(r => r.GetAttribute("width")));
        Assert.Equal(["20%", "25%", "20%"], page.QuerySelectorAll(".window .line .bits-bar line").Select(l => l.GetAttribute("x1")));
        Assert.Equal("line-1", Assert.Single(page.QuerySelectorAll(".line.costly")).Id);
    }

    [Fact]
    public async Task The_token_that_carries_the_bits_is_marked_and_says_what_was_expected_in_its_place()
    {
        var mark = Assert.Single((await ShowAsync(AnomalyJson.Detail())).QuerySelectorAll(".costliest mark"));
        Assert.Equal(("failed", "heat-4", "0"), (mark.TextContent, mark.ClassName, mark.GetAttribute("tabindex")));
        Assert.Equal("22 bits, 1 in 3,000,000; usually fine (93%)", mark.GetAttribute("data-said"));
        Assert.Equal(mark.GetAttribute("data-said"), mark.GetAttribute("aria-description"));
    }

    [Fact]
    public async Task The_window_stands_beside_a_normal_one_line_by_line()
    {
        var pairs = (await ShowAsync(AnomalyJson.Detail())).QuerySelectorAll(".beside .pair");
        Assert.Equal(["disk fine|disk fine", "disk fine|disk failed", "|disk fine"], pairs.Select(pair => string.Join('|', pair.QuerySelectorAll("code").Select(code => code.TextContent))));
        Assert.Equal([false, true, false], pairs.Select(pair => pair.ClassList.Contains("costly")));
    }

    [Fact]
    public async Task A_verification_says_what_holds_and_what_does_not()
    {
        var good = new Verification { Verified = true, Recomputation = new() { Agrees = true }, Signature = new() { State = "valid", KeyId = "ab" }, Chain = new() { State = "linked", Position = 17, Length = 40 } };
        var bad = good with { Verified = false, Recomputation = new() { Differences = [new("calibration.pValue", "0.1", "<b>0.2</b>")] }, Chain = new() { State = "broken", Problem = "the link at position 17 was altered" } };
        var shown = (await ShowAsync(AnomalyJson.Detail(), ("Verification", (ApiAnswer<Verification>)good))).QuerySelector(".evidence")!;
        Assert.StartsWith("Verified.", shown.QuerySelector("[role=status]")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("link 17 of 40", shown.TextContent, StringComparison.Ordinal);
        var broken = (await ShowAsync(AnomalyJson.Detail(), ("Verification", (ApiAnswer<Verification>)bad))).QuerySelector(".evidence")!;
        Assert.StartsWith("Not verified.", broken.QuerySelector("[role=status]")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("stated 0.1, recomputed <b>0.2</b>", broken.TextContent, StringComparison.Ordinal);
        Assert.Contains("the link at position 17 was altered", broken.TextContent, StringComparison.Ordinal);
        Assert.Equal(["bad", "good", "bad"], broken.QuerySelectorAll(".proof > div").Select(part => part.ClassName));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("</code></li><h1 onclick='x()'>@(1+1) {{2}} &lt;")]
    public async Task Hostile_text_is_shown_as_text_wherever_it_stands(string hostile)
    {
        var normal = AnomalyJson.Detail(hostile, """[{"start":1,"length":6,"bits":3}]""");
        var anomaly = normal with
        {
            Service = hostile, Stream = hostile, Why = hostile, Notes = hostile, StatusChangedBy = hostile, EvidenceHash = hostile,
            StatusChangedAt = normal.DetectedAt,
            Related = [normal with { Service = hostile, Stream = hostile, Severity = hostile, Status = hostile }],
            Explanation = normal.Explanation! with
            {
                Why = hostile,
                NearestNormals = [new NearestNormal { Lines = [hostile] }],
                Lines = [.. normal.Explanation.Lines.Select(l => l with { Severity = hostile, Expected = [new ExpectedText(hostile, 1)] })],
                Compression = normal.Explanation.Compression! with { Codec = hostile },
            },
            Calibration = normal.Calibration! with { Statistics = [normal.Calibration.Statistics[0] with { Label = hostile }] },
            Budget = normal.Budget! with { Procedure = hostile },
        };
        var page = await ShowAsync(anomaly, ("MayChange", true));
        Assert.Empty(page.QuerySelectorAll("script, img"));
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(hostile, page.QuerySelector(".costliest blockquote")!.TextContent.Trim());
    }

    [Fact]
    public async Task The_rank_the_budget_and_the_compressor_are_said_in_words_with_their_numbers()
    {
        var text = (await ShowAsync(AnomalyJson.Detail())).Body!.TextContent;
        string[] said = ["p = 0.00012", "1 in 8,300", "412 earlier windows", "at most 5% may be false", "After 3 alarms in its epoch an alarm took e \u2265 1,280", "e = 8,320", "0.871", "0.792",
            "999 times", "the compressor agrees", "Above all 412 earlier windows. The 3 highest are drawn."];
        Assert.All(said, words => Assert.Contains(words, text.ReplaceLineEndings(" "), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drift_shows_its_blocks_over_the_pinned_band_and_no_event()
    {
        var normal = AnomalyJson.Detail();
        var page = await ShowAsync(normal with
        {
            Signal = "metrics",
            EventCount = 2080,
            Explanation = new Explanation
            {
                Unit = "drift",
                Why = "queue.wait has drifted up",
                Compression = normal.Explanation!.Compression! with { Permutations = 0 },
                Series = new SeriesExplanation { Unit = "ms", Family = "drift", Low = 19.4, High = 20.4, Points = [new SeriesPoint { TimeUnixNano = "1772334720000000000", Value = 20.6, Bits = 2 }, new SeriesPoint { TimeUnixNano = "1772338720000000000", Value = 21.2, Bits = 3 }] },
            },
        });
        var text = page.Body!.TextContent.ReplaceLineEndings(" ");
        string[] said = ["No single event shows a drift", "The band, 19.4 to 20.4, holds 30 of the 32 blocks of the pinned baseline", "bets on a drift win as much in at most 1 in 8,300 cases", "2,080 points", "this drift"];
        Assert.All(said, words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.DoesNotContain("compressor", text, StringComparison.Ordinal);
        Assert.DoesNotContain("100%", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_shows_what_it_lacks_before_its_lines()
    {
        var normal = AnomalyJson.Detail();
        var page = await ShowAsync(normal with
        {
            Explanation = normal.Explanation! with { Unit = "session", Session = new ExplainedSession { Sessions = 4000, Counts = [new UnusualStep("Received block <b>1</b>", 0, 1, 0.98)] } },
        });
        Assert.Equal(["never", "once in 98%"], page.QuerySelectorAll(".influencers td").Select(cell => cell.TextContent));
        Assert.Equal("Received block <b>1</b>", page.QuerySelector(".influencers tbody th")!.TextContent.Trim());
        Assert.Contains("in 4,000 sessions", page.QuerySelector(".influencers thead")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("The session, line by line", page.QuerySelector("#window-title")!.TextContent);
    }

    [Theory]
    [InlineData("silence", "that none came is what is odd")]
    [InlineData(null, "The Api gave nothing of this window")]
    public async Task Where_there_is_no_event_the_page_says_why(string? unit, string said)
    {
        var page = await ShowAsync(AnomalyJson.Detail() with { EventCount = 0, Explanation = new Explanation { Unit = unit, Why = "shop sends no metrics any more" } });
        Assert.Contains(said, page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_after_counts_this_test_and_this_alarm()
    {
        var cells = (await ShowAsync(AnomalyJson.Detail())).QuerySelectorAll(".budget td").Select(c => c.TextContent);
        Assert.Equal(["1,240", "1,241", "3", "4"], cells);
    }

    [Fact]
    public async Task What_the_Api_did_not_give_is_left_out_and_nothing_is_put_in_its_place()
    {
        var page = await ShowAsync(new AnomalyDetail { Id = AnomalyJson.Id });
        Assert.Contains("The Api gave nothing of this window", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector(".rank, .budget, .costliest, .normals, .related"));
        Assert.DoesNotContain(page.QuerySelectorAll(".facts dd"), d => d.TextContent.Contains("0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_style_stands_inline_since_the_security_policy_forbids_it() =>
        Assert.Empty((await ShowAsync(AnomalyJson.Detail(), ("MayChange", true))).QuerySelectorAll("[style], style, script"));

    [Fact]
    public async Task A_long_window_is_folded_around_its_costly_lines_and_loses_none()
    {
        var detail = AnomalyJson.Detail();
        var lines = Enumerable.Range(0, 1000).Select(i => new ExplainedLine { Index = i, Text = $"line {i}", Bits = i == 500 ? 90 : 2 });
        var page = await ShowAsync(detail with { Explanation = detail.Explanation! with { Lines = [.. lines], Costliest = [500] } });
        Assert.Equal(1000, page.QuerySelectorAll(".window .line").Length);
        Assert.Equal(9, page.QuerySelectorAll(".window > .lines > .line").Length);
        Assert.Equal(2, page.QuerySelectorAll(".fold").Length);
    }
}
