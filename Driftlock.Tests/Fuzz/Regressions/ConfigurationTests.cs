using System.Text;
using Driftlock.Cbad;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>Configurations that ended in another exception than the documented one, or were taken though something followed them.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("""{"windowEvents":50,"windowEvents":50}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"sessionKey":"\ud800"}""")]
    [InlineData("""{} {}""")]
    [InlineData("""{"falseDiscoveryRate":1e400}""")]
    public void It_is_refused_with_a_message(string json) =>
        Assert.Throws<FormatException>(() => EngineConfiguration.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_key_that_is_no_UTF8_is_refused() =>
        Assert.Throws<FormatException>(() => EngineConfiguration.Parse([.. "{\""u8, 0xff, .. "\":1}"u8]));
}
