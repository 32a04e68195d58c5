using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Anomaly;

namespace Driftlock.Tests.Web;

public sealed class StatusTests
{
    [Theory]
    [InlineData("open", "acknowledged,dismissed")]
    [InlineData("acknowledged", "resolved,dismissed,open")]
    [InlineData("resolved", "open")]
    [InlineData("dismissed", "open")]
    [InlineData("a status of tomorrow", "")]
    public async Task Only_the_steps_that_the_Api_allows_are_offered(string status, string offered)
    {
        var form = await Rendered.AsDocumentAsync<StatusForm>(("Anomaly", AnomalyJson.Detail(status: status)), ("MayChange", true));
        Assert.Equal(offered, string.Join(',', form.QuerySelectorAll("button").Select(b => b.GetAttribute("value"))));
        Assert.All(form.QuerySelectorAll("button"), b => Assert.Equal("Input.To", b.GetAttribute("name")));
    }

    [Fact]
    public async Task A_key_that_may_only_read_gets_a_sentence_and_no_buttons()
    {
        var form = await Rendered.AsDocumentAsync<StatusForm>(("Anomaly", AnomalyJson.Detail()), ("MayChange", false));
        Assert.Empty(form.QuerySelectorAll("button"));
        Assert.Contains("takes an analyst", form.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_says_what_the_status_is_now()
    {
        var form = await Rendered.AsDocumentAsync<StatusForm>(
            ("Anomaly", AnomalyJson.Detail(status: "dismissed")), ("MayChange", true), ("Outcome", new ApiProblem(ApiProblemKind.Conflict, 409)));
        var alert = form.QuerySelector("[role=alert]")!.TextContent;
        Assert.Contains("false positive", alert, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acknowledged", "Marked as acknowledged.")]
    [InlineData("dismissed", "Marked as a false positive.")]
    [InlineData("open", "Open again.")]
    public async Task A_change_that_happened_is_announced(string status, string said)
    {
        var form = await Rendered.AsDocumentAsync<StatusForm>(("Anomaly", AnomalyJson.Detail(status: status)), ("Done", status));
        Assert.Equal(said, form.QuerySelector("[role=status]")!.TextContent.Trim());
    }

    [Theory]
    [InlineData("open", "acknowledged", "open")]
    [InlineData("acknowledged", "resolved", "open,acknowledged")]
    [InlineData("open", "dismissed", "open")]
    [InlineData("resolved", "open", "")]
    [InlineData("open", "open", "")]
    [InlineData("<script>", "resolved", "")]
    public async Task What_was_done_can_be_undone_where_there_is_a_way_back(string was, string now, string steps)
    {
        Assert.Equal(steps, string.Join(',', StatusTransitions.Undo(was, now)));
        var form = await Rendered.AsDocumentAsync<StatusForm>(("Anomaly", AnomalyJson.Detail(status: now)), ("Done", now), ("Was", was), ("MayChange", true));
        Assert.Equal(steps.Length > 0 ? was : null, form.QuerySelector("[role=status] button")?.GetAttribute("value"));
    }

    [Fact]
    public async Task A_link_that_claims_a_change_which_did_not_happen_announces_nothing()
    {
        var form = await Rendered.AsDocumentAsync<StatusForm>(("Anomaly", AnomalyJson.Detail()), ("Done", "resolved"));
        Assert.Null(form.QuerySelector("[role=status]"));
    }
}
