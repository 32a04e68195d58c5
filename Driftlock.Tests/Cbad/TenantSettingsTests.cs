using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Settings;

namespace Driftlock.Tests.Engine;

public sealed class TenantSettingsTests
{
    private const int Tenant = 1;
    private const string Alien = "POSSIBLE BREAK-IN of <b>root</b> | `at` *once*";

    private static readonly string Shop = StreamId.Of(Tenant, Signal.Logs, "shop"u8, "scope"u8).ToString();

    private static string[] Lines => LogEvents.Ordinary(2000, 1).With(1512, Alien);

    [Fact]
    public void Without_settings_an_alien_line_is_an_anomaly() => Assert.Equal(VerdictKind.Anomaly, Alarm(null).Kind);

    [Fact]
    public void What_is_muted_is_suppressed_and_does_not_touch_the_error_budget()
    {
        var muted = Alarm(new TenantSettings { Streams = [Own(muted: true)] }, out var budgets);
        Assert.Equal((VerdictKind.Suppressed, null), (muted.Kind, muted.Evidence));
        Alarm(new TenantSettings { Streams = [Own(muted: true)] }, out var again, lines: LogEvents.Ordinary(2000, 2));
        Assert.Equal(budgets, again);
        Assert.Equal(VerdictKind.Anomaly, Alarm(new TenantSettings { Streams = [Own(muted: true) with { Id = "0000000000000001" }] }).Kind);
    }

    [Theory]
    [InlineData(null, 0, 1, VerdictKind.Suppressed)]
    [InlineData("shop", 0, 1, VerdictKind.Suppressed)]
    [InlineData("cart", 0, 1, VerdictKind.Anomaly)]
    [InlineData(null, 1, 2, VerdictKind.Anomaly)]
    public void What_happens_in_maintenance_is_suppressed(string? service, long from, long to, VerdictKind kind) =>
        Assert.Equal(kind, Alarm(new TenantSettings { Maintenance = [new Maintenance("m", service, from, to, null)] }).Kind);

    [Fact]
    public void A_window_that_is_not_rare_enough_is_a_test_that_rejects_nothing()
    {
        var alarm = Alarm(null);
        Assert.Equal(VerdictKind.Normal, Alarm(new TenantSettings { Streams = [Own(maxPValue: alarm.PValue!.Value / 2)] }).Kind);
        var told = Alarm(new TenantSettings { Streams = [Own(maxPValue: alarm.PValue!.Value)] });
        Assert.Equal((VerdictKind.Anomaly, alarm.PValue), (told.Kind, told.Evidence!.Configuration.MaxPValue));
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(told.Evidence)).Differences);
    }

    [Fact]
    public void An_alarm_below_the_least_severity_is_suppressed()
    {
        var severity = Alarm(null).Evidence!.Explanation.Severity;
        Assert.NotEqual("critical", severity);
        Assert.Equal(VerdictKind.Suppressed, Alarm(new TenantSettings { Streams = [Own(minSeverity: "critical")] }).Kind);
        Assert.Equal(VerdictKind.Anomaly, Alarm(new TenantSettings { Streams = [Own(minSeverity: severity)] }).Kind);
        Assert.Equal(VerdictKind.Suppressed, Alarm(new TenantSettings { Configuration = new EngineConfiguration { MinSeverity = "critical" } }).Kind);
    }

    [Fact]
    public void Settings_are_of_their_tenant_alone()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        engine.Configure(2, new TenantSettings { Streams = [Own(muted: true)], Maintenance = [new Maintenance("m", null, 0, 1, null)] });
        Assert.Equal(VerdictKind.Anomaly, Alarm(engine, Lines).Kind);
    }

    [Fact]
    public void A_window_size_of_its_own_holds_for_its_stream_and_makes_it_calibrate_again()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        foreach (var (chunk, offset) in LogEvents.Ordinary(1000, 1).Chunk(50).Select((chunk, i) => (chunk, (long)i))) engine.Feed(LogEvents.Block(chunk), offset, verdicts);
        engine.Configure(Tenant, new TenantSettings { Streams = [Own(windowEvents: 100)] });
        verdicts.Clear();
        foreach (var (chunk, offset) in LogEvents.Ordinary(1000, 2).Chunk(50).Select((chunk, i) => (chunk, 100L + i))) engine.Feed(LogEvents.Block(chunk), offset, verdicts);
        Assert.Contains(verdicts, verdict => verdict is { EventCount: 100, Kind: VerdictKind.Calibrating });
        Assert.Equal(VerdictKind.Normal, verdicts[^1].Kind);
    }

    [Fact]
    public void Through_a_snapshot_nothing_changes()
    {
        var settings = new TenantSettings { Configuration = new EngineConfiguration { FalseDiscoveryRate = 0.2 }, Streams = [Own(minSeverity: "high", maxPValue: 0.01)], Maintenance = [new Maintenance("m", "cart", 5, 9, null)] };
        var undisturbed = Fed(settings, Lines[..1000], out _);
        var restored = new PartitionEngine(new EngineConfiguration());
        var (budgets, state) = (new ByteBuffer(), new ByteBuffer());
        undisturbed.SaveBudgets(budgets);
        restored.LoadBudgets(budgets.Written);
        foreach (var stream in undisturbed.ChangedStreams)
        {
            state.Clear();
            undisturbed.SaveStream(stream, state);
            restored.LoadStream(stream, state.Written);
        }
        Assert.Equal(Images(undisturbed), Images(restored));

        static List<string> Images(PartitionEngine engine)
        {
            var verdicts = new List<Verdict>();
            foreach (var (chunk, offset) in Lines[1000..].Chunk(50).Select((chunk, i) => (chunk, 1000L + i))) engine.Feed(LogEvents.Block(chunk), offset, verdicts);
            return verdicts.ConvertAll(verdict => verdict.Image());
        }
    }

    [Fact]
    public void Settings_that_are_taken_back_leave_the_deployments_own()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        engine.Configure(Tenant, new TenantSettings { Streams = [Own(muted: true)] });
        engine.Configure(Tenant, null);
        Assert.Equal(VerdictKind.Anomaly, Alarm(engine, Lines).Kind);
    }

    [Theory]
    [InlineData("""{"streams":[{"id":"xyz","muted":true,"maxPValue":null,"minSeverity":null,"windowEvents":null,"sessionKey":null}]}""", "xyz")]
    [InlineData("""{"streams":[{"id":"0000000000000001","muted":false,"maxPValue":2,"minSeverity":null,"windowEvents":null,"sessionKey":null}]}""", "maxPValue")]
    [InlineData("""{"streams":[{"id":"0000000000000001","muted":false,"maxPValue":null,"minSeverity":"bad","windowEvents":null,"sessionKey":null}]}""", "minSeverity")]
    [InlineData("""{"maintenance":[{"id":"m","service":null,"fromUnixSeconds":5,"toUnixSeconds":5,"reason":null}]}""", "maintenance")]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("[]", "cannot be read")]
    public void Bad_settings_are_refused_by_name(string json, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => TenantSettings.Parse(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var settings = new TenantSettings { Configuration = new EngineConfiguration { WindowEvents = 100 }, Streams = [Own(muted: true, sessionKey: "order.id")], Maintenance = [new Maintenance("m", "shop", 1, 2, "why")] };
        Assert.Equal(settings.ToJson(), TenantSettings.Parse(settings.ToJson()).ToJson());
        Assert.Equal(new TenantSettings().ToJson(), TenantSettings.Parse("{}"u8).ToJson());
    }

    private static StreamSettings Own(bool muted = false, double? maxPValue = null, string? minSeverity = null, int? windowEvents = null, string? sessionKey = null) =>
        new(Shop, muted, maxPValue, minSeverity, windowEvents, sessionKey);

    private static Verdict Alarm(TenantSettings? settings) => Alarm(settings, out _);

    private static Verdict Alarm(TenantSettings? settings, out byte[] budgets, string[]? lines = null)
    {
        var engine = Fed(settings, lines ?? Lines, out var verdicts);
        var buffer = new ByteBuffer();
        engine.SaveBudgets(buffer);
        budgets = buffer.Written.ToArray();
        return verdicts.Single(verdict => verdict.FirstEvent == 1500);
    }

    private static Verdict Alarm(PartitionEngine engine, string[] lines)
    {
        var verdicts = new List<Verdict>();
        foreach (var (chunk, offset) in lines.Chunk(50).Select((chunk, i) => (chunk, (long)i))) engine.Feed(LogEvents.Block(chunk), offset, verdicts);
        return verdicts.Single(verdict => verdict.FirstEvent == 1500);
    }

    private static PartitionEngine Fed(TenantSettings? settings, string[] lines, out List<Verdict> verdicts)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        if (settings is not null) engine.Configure(Tenant, settings);
        verdicts = [];
        foreach (var (chunk, offset) in lines.Chunk(50).Select((chunk, i) => (chunk, (long)i))) engine.Feed(LogEvents.Block(chunk), offset, verdicts);
        return engine;
    }
}
