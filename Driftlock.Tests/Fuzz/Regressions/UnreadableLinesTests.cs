using System.Text;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>Each line that is no JSON costs an exception: a body of nothing else kept a processor busy for minutes and filled gigabytes.</summary>
public sealed class UnreadableLinesTests
{
    [Fact]
    public void Too_many_lines_that_are_no_JSON_refuse_the_body()
    {
        var within = Body(PlainEventReader.MaxUnreadableLines);
        var batch = new TelemetryBatch();
        var errors = new List<PlainEventError>();
        PlainEventReader.Read(within, 1, Redactor.None, batch, errors);
        Assert.Equal((1, PlainEventReader.MaxUnreadableLines, PlainEventReader.MaxErrors), (batch.Accepted, batch.Rejected, errors.Count));
        var refused = Assert.Throws<OtlpFormatException>(() => PlainEventReader.Read(Body(PlainEventReader.MaxUnreadableLines + 1), 1, Redactor.None, batch, errors));
        Assert.Contains("line 10002: more than 10000 lines are not JSON; one JSON object", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Body(int wrong) =>
        Encoding.UTF8.GetBytes("{\"service\":\"s\",\"message\":\"m\"}\n" + string.Concat(Enumerable.Repeat("{\n", wrong)));
}
