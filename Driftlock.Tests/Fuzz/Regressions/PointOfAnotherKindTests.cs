using Driftlock.Cbad.Events;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>A summary with the bounds of a histogram ended in an ArgumentOutOfRangeException: the JSON reader took every kind's fields for any kind.</summary>
public sealed class PointOfAnotherKindTests
{
    [Theory]
    [InlineData("summary", """{"quantileValues":[{"quantile":0.5,"value":1.5}],"explicitBounds":[1,2]}""")]
    [InlineData("histogram", """{"count":"1","bucketCounts":["1"],"quantileValues":[{"quantile":0.5,"value":1.5}],"positive":{"bucketCounts":["1"]}}""")]
    [InlineData("exponentialHistogram", """{"count":"1","bucketCounts":["1","2"],"explicitBounds":[1]}""")]
    [InlineData("gauge", """{"asDouble":1,"explicitBounds":[1]}""")]
    public void Fields_of_another_kind_are_not_known(string kind, string point)
    {
        var batch = BatchText.ReadJson(
            Signal.Metrics, $$$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","{{{kind}}}":{"dataPoints":[{{{point}}}]}}]}]}]}""");
        Assert.Equal((1, 0), (batch.Accepted, batch.Rejected));
    }
}
