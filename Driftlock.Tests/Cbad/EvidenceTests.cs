using System.Text;
using Driftlock.Cbad;

namespace Driftlock.Tests.Engine;

public sealed class EvidenceTests
{
    private const string Foreign = "Dec 10 06:55:46 LabSZ sshd[24200]: reverse mapping checking getaddrinfo for ns.example.com failed - POSSIBLE BREAK-IN";

    internal static readonly Lazy<Evidence> Sample = new(() =>
        LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, Foreign)).Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!);

    [Fact]
    public void An_anomaly_verifies_from_its_bundle_alone()
    {
        var report = EvidenceVerifier.Verify(EvidenceJson.Write(Sample.Value));
        Assert.Empty(report.Differences);
        Assert.True(report.Verified);
    }

    [Fact]
    public void Evidence_reads_back_to_the_same_bytes()
    {
        var bytes = EvidenceJson.Write(Sample.Value);
        Assert.Equal(bytes, EvidenceJson.Write(EvidenceJson.Read(bytes)));
    }

    public static TheoryData<string> Forgeries => ["pValue", "events", "score", "count", "bits", "level", "hash", "model", "why"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what)
    {
        var e = Sample.Value;
        var forged = what switch
        {
            "pValue" => e with { Calibration = e.Calibration with { PValue = e.Calibration.PValue / 2 } },
            "events" => e with { Window = e.Window with { Events = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(e.Window.Events)) } },
            "score" => e with { Explanation = e.Explanation with { Score = 99 } },
            "count" => e with { Calibration = e.Calibration with { Windows = e.Calibration.Windows + 10 } },
            "bits" => e with { Explanation = e.Explanation with { TotalBits = 1 } },
            "level" => e with { Budget = e.Budget with { Level = 0.01 } },
            "hash" => e with { Window = e.Window with { Sha256 = new string('0', 64) } },
            "model" => e with { Model = e.Model! with { Header = [.. e.Model.Header.Select((v, i) => i % 4 == 2 ? v + 1 : v)] } },
            _ => e with { Explanation = e.Explanation with { Why = "all is well" } },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void Attributes_that_only_the_lines_that_stand_out_carry_are_named_with_counts()
    {
        var lines = LogEvents.Ordinary(1550, 1);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        for (var i = 0; i < 1500; i += 50) engine.Feed(LogEvents.Block(lines[i..(i + 50)]), i, verdicts);
        var host = new[] { "web-1", "web-2", "web-7" };
        engine.Feed(LogEvents.Block(lines[1500..1530].Select((line, i) => (line, host[i % 2])).Concat(Enumerable.Repeat((Foreign, host[2]), 20))), 1500, verdicts);
        var influencer = Assert.Single(verdicts.Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!.Explanation.Influencers!);
        Assert.Equal(("host", "web-7", 0, 30), (influencer.Key, influencer.Value, influencer.Rest, influencer.OfRest + influencer.OfSelected - influencer.Selected));
    }

    [Fact]
    public void What_no_longer_comes_is_counted_from_its_last_line_also_within_the_window()
    {
        string[] lines = [.. Enumerable.Range(0, 1500).Select(i => i < 1484 ? $"GET /item/{i * 7 % 999} 200 in {i % 40} ms" : "waiting for a lock")];
        var why = LogEvents.Run(lines).Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!.Explanation.Why;
        Assert.Contains("\" no longer comes: ", why, StringComparison.Ordinal);
        Assert.Contains(", never more than 1 line apart, and for 16 lines now it has not (p = ", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2")]
    [InlineData("null")]
    public void What_is_not_evidence_is_a_difference_and_not_a_crash(string text)
    {
        var report = EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(text));
        Assert.Null(report.Evidence);
        Assert.NotEmpty(report.Differences);
    }

    [Fact]
    public void Token_offsets_point_into_the_text_also_beyond_ASCII()
    {
        var line = Foreign.Replace("reverse", "größer 𝔘𝔫𝔦 reverse", StringComparison.Ordinal);
        var evidence = LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, line)).Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        var costliest = evidence.Explanation.Lines[evidence.Explanation.Costliest[0]];
        Assert.StartsWith(line, costliest.Text, StringComparison.Ordinal);
        Assert.NotEmpty(costliest.Tokens);
        Assert.All(costliest.Tokens, token => Assert.DoesNotContain(' ', costliest.Text.Substring(token.Start, token.Length)));
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Verified);
    }

    [Fact]
    public void A_configuration_with_an_unknown_key_or_a_bad_value_names_it()
    {
        Assert.Contains("windowEvents", Assert.Throws<FormatException>(() => EngineConfiguration.Parse("""{"windowEvents":7}"""u8)).Message, StringComparison.Ordinal);
        Assert.Contains("wombat", Assert.Throws<FormatException>(() => EngineConfiguration.Parse("""{"wombat":7}"""u8)).Message, StringComparison.Ordinal);
        var configuration = new EngineConfiguration { FalseDiscoveryRate = 0.2 };
        Assert.Equal(configuration, EngineConfiguration.Parse(configuration.ToJson()));
    }

    [Theory]
    [InlineData("""{"timeZone":"W. Europe Standard Time"}""", "timeZone must be an IANA name")]
    [InlineData("""{"timeZone":""}""", "timeZone must be an IANA name")]
    [InlineData("""{"timeZone":null}""", "timeZone")]
    [InlineData("""{"utcOffsets":null}""", "utcOffsets")]
    [InlineData("""{"utcOffsets":60}""", "utcOffsets")]
    [InlineData("""{"utcOffsets":[{"fromUnixSeconds":0,"minutes":60},{"fromUnixSeconds":0,"minutes":120}]}""", "utcOffsets[1].fromUnixSeconds must be later")]
    [InlineData("""{"utcOffsets":[{"fromUnixSeconds":0,"minutes":1081}]}""", "utcOffsets[0].minutes must lie between -1080 and 1080; it is 1081")]
    [InlineData("""{"utcOffsets":[{"fromUnixSeconds":0,"hours":1}]}""", "hours")]
    [InlineData("""{"utcOffsets":[{"fromUnixSeconds":0}]}""", "minutes")]
    public void A_local_time_that_is_not_right_is_refused_by_its_key(string json, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => EngineConfiguration.Parse(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Local_time_is_part_of_the_canonical_configuration()
    {
        var configuration = new EngineConfiguration { TimeZone = "Asia/Kolkata", UtcOffsets = [new(-5, 330), new(1_800_000_000, 345)] };
        Assert.Equal(configuration, EngineConfiguration.Parse(configuration.ToJson()));
        Assert.NotEqual(configuration, configuration with { UtcOffsets = [new(-5, 330)] });
        Assert.NotEqual(configuration.Hash, (configuration with { UtcOffsets = [] }).Hash);
        Assert.EndsWith(
            """
            "timeZone":"Asia/Kolkata","utcOffsets":[{"fromUnixSeconds":-5,"minutes":330},{"fromUnixSeconds":1800000000,"minutes":345}]}
            """,
            Encoding.UTF8.GetString(configuration.ToJson()), StringComparison.Ordinal);
        Assert.Equal(new EngineConfiguration(), EngineConfiguration.Parse("{}"u8));
        var most = configuration with { UtcOffsets = [.. Enumerable.Range(0, 65).Select(i => new UtcOffset(i, 0))] };
        Assert.Contains("at most 64", Assert.Throws<FormatException>(most.Validate).Message, StringComparison.Ordinal);
    }
}
