using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;
using Driftlock.Web.Components.Send;

namespace Driftlock.Tests.Web;

public sealed class PartsTests
{
    [Fact]
    public async Task Severities_differ_in_shape_and_not_only_in_colour()
    {
        var shapes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var severity in new[] { "low", "medium", "high", "critical" })
        {
            var mark = await Rendered.AsDocumentAsync<SeverityMark>(("Severity", severity));
            Assert.Contains(severity, mark.Body!.TextContent, StringComparison.Ordinal);
            Assert.True(shapes.Add(mark.QuerySelector("svg")!.InnerHtml.Trim()));
        }
    }

    [Fact]
    public async Task The_day_has_24_hours_also_when_few_of_them_had_events()
    {
        var now = new DateTimeOffset(2026, 1, 31, 12, 40, 0, TimeSpan.Zero);
        Hour[] known =
        [
            new() { Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), Events = 100, Anomalies = 2 },
            new() { Start = new(2026, 1, 31, 3, 0, 0, TimeSpan.Zero), Events = 50 },
            new() { Start = new(2026, 1, 30, 12, 0, 0, TimeSpan.Zero), Events = 7 },
        ];
        var chart = await Rendered.AsDocumentAsync<DayChart>(("Known", known), ("Now", now));
        var titles = chart.QuerySelectorAll("a > title").Select(title => title.TextContent).ToList();
        Assert.Equal(24, titles.Count);
        Assert.Equal("Fri 13:00 UTC: 0 events, 0 windows, 0 anomalies", titles[0]);
        Assert.Equal("Sat 03:00 UTC: 50 events, 0 windows, 0 anomalies", titles[14]);
        Assert.Equal("Sat 12:00 UTC: 100 events, 0 windows, 2 anomalies", titles[^1]);
    }

    [Theory]
    [InlineData("csharp", "OTEL_EXPORTER_OTLP_ENDPOINT=https://drift.example:4318")]
    [InlineData("python", "authorization=Bearer%20dlk_secret")]
    [InlineData("node", "OTEL_LOGS_EXPORTER=otlp")]
    [InlineData("go", "otlploghttp.New(ctx)")]
    [InlineData("java", "-javaagent:opentelemetry-javaagent.jar")]
    [InlineData("collector", "authorization: \"Bearer dlk_secret\"")]
    [InlineData("shell", "curl https://drift.example/api/v1/events")]
    public void What_is_to_be_copied_names_this_instance_and_the_key(string program, string said)
    {
        var snippet = Snippet.All("https://drift.example", "https://drift.example:4318", "dlk_secret").Single(snippet => snippet.Id == program);
        Assert.Contains(said, snippet.Text, StringComparison.Ordinal);
        Assert.Contains("dlk_secret", snippet.Text, StringComparison.Ordinal);
        Assert.Contains("https://drift.example", snippet.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibrating", 312, 688, "logs", "688 events to go")]
    [InlineData("calibrating", 0, 0, "metrics", "waiting for its first window")]
    [InlineData("ready", 9000, 0, "logs", "ready")]
    public async Task A_stream_says_how_much_is_missing(string state, long events, long needed, string signal, string said)
    {
        var stream = new StreamInfo { Id = "0", State = state, Events = events, EventsNeeded = needed, Signal = signal };
        Assert.Contains(said, (await Rendered.AsDocumentAsync<CalibrationProgress>(("Stream", stream))).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_leads_to_its_anomaly_and_shows_the_costliest_line()
    {
        var rows = await Rendered.AsDocumentAsync<AnomalyRows>(("Items", new[] { AnomalyJson.Detail() }));
        var link = rows.QuerySelector("tr[data-row] a")!;
        Assert.Equal(("/anomalies/" + AnomalyJson.Id, "disk failed"), (link.GetAttribute("href"), link.TextContent));
    }

    [Fact]
    public async Task An_unreachable_Api_is_said_plainly_and_nothing_is_shown_in_its_place()
    {
        var note = await Rendered.AsDocumentAsync<FailureNote>(("Problem", new ApiProblem(ApiProblemKind.Unreachable)), ("Again", "/x"));
        Assert.Contains("The Api does not answer", note.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/x", note.QuerySelector("a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData(0.00012, "0.00012", "1 in 8,300")]
    [InlineData(0.5, "0.5", "1 in 2")]
    [InlineData(3.2e-9, "3.2e-9", "1 in 310,000,000")]
    [InlineData(0.0, "0", "\u2013")]
    [InlineData(double.NaN, "\u2013", "\u2013")]
    public void Probabilities_are_written_for_people(double p, string number, string odds) =>
        Assert.Equal((number, odds), (Figures.P(p), Figures.OneIn(p)));

    [Fact]
    public void Filters_are_the_address_and_survive_it()
    {
        var filter = new AnomalyFilter { Service = "a&b=c", MaxP = 1e-7, Text = "50% \u2713" };
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri("http://x" + filter.Address("/anomalies", ("cursor", "c+/=="))).Query);
        Assert.Equal(["a&b=c", "1E-07", "50% \u2713", "c+/=="], new[] { "service", "maxP", "text", "cursor" }.Select(n => query[n].ToString()));
        Assert.Equal("/anomalies", filter.Address("/anomalies", ("service", null), ("maxP", null), ("text", null)));
    }
}
