using System.Net;
using AngleSharp.Html.Parser;
using Driftlock.Api.Anomalies.Reports;
using Driftlock.Cbad;
using Driftlock.Storage.EventLog;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class EvidenceReportTests(ApiHost host)
{
    [Theory]
    [InlineData("md", "text/markdown")]
    [InlineData("html", "text/html")]
    public async Task A_report_says_what_the_evidence_says_and_how_to_check_it(string extension, string type)
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var answer = await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}/evidence.{extension}");
        var (response, text) = (answer.Response, answer.Body);
        Assert.Equal((HttpStatusCode.OK, type, "utf-8"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentType.CharSet));
        Assert.Equal($"driftlock-{anomaly.Id}.{extension}", response.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains($"driftlock verify driftlock-evidence-{anomaly.Id}.json", text, StringComparison.Ordinal);
        Assert.Contains(ApiDatabase.Evidence.Value.ContentHash, text, StringComparison.Ordinal);
        if (extension == "html") Assert.Equal(HtmlReport.SecurityPolicy, response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task Evidence_of_another_version_is_refused_in_words()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant, a => a.Evidence = EventPayload.Compress("""{"format":"driftlock-evidence-0"}"""u8));
        (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}/evidence.md")).IsProblem(HttpStatusCode.Conflict, "evidence_of_another_version");
        (await host.Api.GetAsync(tenant.Read, "api/v1/anomalies/1-1-1/evidence.html")).IsProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public void Text_from_telemetry_becomes_markup_in_neither_form()
    {
        const string Hostile = "</pre><script>alert(1)</script> | a | [x](javascript:alert(1)) ![i](http://h/p) ``` ```` # h\n- l <img src=x onerror=y>";
        var found = ApiDatabase.Evidence.Value;
        var hostile = found with
        {
            Stream = found.Stream with { Service = Hostile, Name = Hostile },
            Explanation = found.Explanation with
            {
                Why = Hostile,
                Lines = [.. found.Explanation.Lines.Select(line => line with { Text = Hostile, Expected = [new ExpectedInstead(Hostile, 1)] })],
            },
            Calibration = found.Calibration with { Statistics = [found.Calibration.Statistics[0] with { Label = Hostile }] },
        };
        var report = EvidenceReport.Of("1-2-3", hostile);
        var page = new HtmlParser().ParseDocument(HtmlReport.Write(Hostile, report));
        Assert.Empty(page.QuerySelectorAll("script, img, a, iframe"));
        Assert.Equal(Hostile, page.QuerySelector("p")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector("td + td")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector("pre")!.TextContent);

        var inFence = 0;
        foreach (var line in MarkdownReport.Write(report).Split('\n'))
        {
            if (line.Length >= 3 && line.Trim('`').Length == 0) inFence = inFence == 0 ? line.Length : line.Length == inFence ? 0 : inFence;
            else if (inFence == 0) Assert.DoesNotMatch(@"(?<!\\)[<`!]|(?<!\\)\[", line);
        }
        Assert.Equal(0, inFence);
    }

    [Theory]
    [InlineData("# h", "\\# h")]
    [InlineData("- l", "\\- l")]
    [InlineData("12. l", "12\\. l")]
    [InlineData("    code", "code")]
    [InlineData("a-b 1.5 (c)", "a-b 1.5 (c)")]
    [InlineData("http://h", "http\\://h")]
    public void A_paragraph_begins_no_block_of_its_own(string text, string written) => Assert.Equal(written + "\n\n", MarkdownReport.Write([new Paragraph(text)]));

    [Fact]
    public void A_table_has_as_many_cells_in_each_row_whatever_stands_in_them()
    {
        var text = MarkdownReport.Write([new Table(["a|b", "c"], [["|", "\n"], ["\\|", "x"]])]);
        Assert.Equal("| a\\|b | c |\n| --- | --- |\n| \\| |   |\n| \\\\\\| | x |\n\n", text);
    }
}
