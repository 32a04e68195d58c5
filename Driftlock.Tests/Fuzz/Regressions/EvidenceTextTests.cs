using System.Text;
using System.Text.Json.Nodes;
using Driftlock.Cbad;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>Bundles and chains that took the verifier out instead of being called different.</summary>
public sealed class EvidenceTextTests
{
    [Theory]
    [InlineData("a number beyond a double", "\"pastBits\":", "\"pastBits\":1e400,\"was\":")]
    [InlineData("null in a list of records", "\"regular\":[", "\"regular\":[null,")]
    [InlineData("null in a list of texts", "\"knownTemplates\":[", "\"knownTemplates\":[null,")]
    public void What_cannot_be_read_is_a_difference(string what, string right, string wrong)
    {
        var report = EvidenceVerifier.Verify(Replaced(right, wrong));
        Assert.True(report.Evidence is null, what);
        Assert.Equal("bundle", Assert.Single(report.Differences).What);
    }

    [Theory]
    [InlineData("utcOffsets")]
    [InlineData("timeZone")]
    public void A_key_of_the_configuration_that_is_left_out_has_its_default(string key)
    {
        var bundle = JsonNode.Parse(Samples.Evidence()[0])!.AsObject();
        Assert.True(bundle["configuration"]!.AsObject().Remove(key));
        Assert.True(EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Verified);
    }

    [Fact]
    public void A_hash_that_is_left_out_is_a_difference()
    {
        var bundle = JsonNode.Parse(Samples.Evidence()[0])!.AsObject();
        Assert.True(bundle.Remove("contentHash"));
        Assert.Equal("contentHash", Assert.Single(EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Differences).What);
    }

    [Fact]
    public void A_chain_with_a_link_that_is_null_is_refused() =>
        Assert.Throws<FormatException>(() => EvidenceLinks.Read("""{"format":"driftlock-chain/1","tenant":1,"items":[null],"nextCursor":null}"""u8));

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"format":"\ud800"}""")]
    public void Text_that_is_no_Unicode_is_no_chain(string json)
    {
        Assert.False(EvidenceLinks.IsChain(Encoding.UTF8.GetBytes(json)));
        Assert.False(EvidenceLinks.IsChain([.. "{\"format\":\""u8, 0xff, .. "\"}"u8]));
    }

    private static byte[] Replaced(string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(Samples.Evidence()[0]);
        Assert.Contains(right, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal));
    }
}
