using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Storage;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Storage;

public sealed class TimeZoneOffsetsTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_change_of_the_clocks_is_an_entry_to_the_second()
    {
        var offsets = TimeZoneOffsets.Of("Europe/Berlin", From);
        Assert.Equal(EngineConfiguration.MostUtcOffsets, offsets.Count);
        Assert.Equal(new UtcOffset(From.ToUnixTimeSeconds(), 60), offsets[0]);
        Assert.Equal(new UtcOffset(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), 120), offsets[1]);
        Assert.Equal(new UtcOffset(new DateTimeOffset(2026, 10, 25, 1, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), 60), offsets[2]);
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    public void The_engine_then_knows_what_this_machine_knows(string name)
    {
        var configuration = new EngineConfiguration().WithTimeZone(name, From);
        configuration.Validate();
        Assert.Equal(name, configuration.TimeZone);
        var local = new Cbad.Series.LocalTime(configuration);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var random = new SeededRandom(1);
        for (var i = 0; i < 2000; i++)
        {
            var time = From.AddSeconds(random.Below(30 * 365 * 86_400));
            Assert.Equal(zone.GetUtcOffset(time).TotalMinutes, local.OffsetMinutes((ulong)time.ToUnixTimeSeconds() * 1_000_000_000));
        }
    }

    [Fact]
    public void A_zone_without_changes_is_one_entry_and_UTC_is_none()
    {
        Assert.Equal([new UtcOffset(From.ToUnixTimeSeconds(), 330)], TimeZoneOffsets.Of("Asia/Kolkata", From));
        Assert.Empty(TimeZoneOffsets.Of("UTC", From));
        Assert.Equal(new EngineConfiguration(), new EngineConfiguration().WithTimeZone("UTC", From));
    }

    [Theory]
    [InlineData("Europe/Berln")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    public void An_unknown_name_is_refused_with_what_is_right(string name)
    {
        var refused = Assert.Throws<FormatException>(() => TimeZoneOffsets.Of(name, From));
        Assert.Contains("timeZone", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Europe/Berlin", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_refuses_an_unknown_zone_before_it_reads()
    {
        var result = await CliProcess.RunAsync("scan", "nowhere.json", "--time-zone", "Europe/Berln");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("no time zone called 'Europe/Berln'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scan_in_local_time_writes_the_offsets_into_its_evidence()
    {
        var folder = Directory.CreateTempSubdirectory("driftlock-zone-").FullName;
        try
        {
            var (data, evidence) = (Path.Combine(folder, "metrics.json"), Path.Combine(folder, "evidence"));
            var generated = await CliProcess.RunAsync("generate", "--signal", "metrics", "--count", "20000", "--seed", "3", "--anomaly", "spike", "--output", data);
            Assert.Equal(0, generated.ExitCode);
            var scanned = await CliProcess.RunAsync("scan", data, "--format", "otlp-json", "--time-zone", "Europe/Berlin", "--evidence", evidence);
            Assert.Equal(0, scanned.ExitCode);
            var files = Directory.GetFiles(evidence);
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                var report = EvidenceVerifier.Verify(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
                Assert.True(report.Verified);
                Assert.Equal("Europe/Berlin", report.Evidence!.Configuration.TimeZone);
                Assert.Equal(new UtcOffset(new DateTimeOffset(2010, 3, 28, 1, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), 120), report.Evidence.Configuration.UtcOffsets[1]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
