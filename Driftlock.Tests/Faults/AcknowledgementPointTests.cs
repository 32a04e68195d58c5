namespace Driftlock.Tests.Faults;

/// <summary>
/// Api and Detector die with SIGKILL at each point in turn where it matters what is promised, known and durable. They are stopped there by
/// the <see cref="Line"/> to Postgres; which of many passages it is, the seed decides.
/// </summary>
public sealed class AcknowledgementPointTests(FaultServers servers, ITestOutputHelper output) : IClassFixture<FaultServers>
{
    private const int Passages = 6;

    /// <summary>A load brings few of them.</summary>
    private const string AnomalyFound = "INSERT INTO anomalies";

    private readonly LoadedSystem _system = servers.System;

    public static TheoryData<string> ApiPoints => [.. Api.Keys];

    public static TheoryData<string> DetectorPoints => [.. Detector.Keys];

    private static readonly Dictionary<string, (string Statement, Moment Moment)> Api = new()
    {
        ["body received, nothing appended"] = ("INSERT INTO ingest_requests", Moment.BeforeStatement),
        ["appended, not committed"] = ("INSERT INTO ingest_requests", Moment.BeforeCommit),
        ["committed, not answered"] = ("INSERT INTO ingest_requests", Moment.AfterCommit),
    };

    private static readonly Dictionary<string, (string Statement, Moment Moment)> Detector = new()
    {
        ["entries read and judged, nothing written"] = ("UPDATE partition_leases SET committed_offset", Moment.BeforeStatement),
        ["verdicts written, not committed"] = ("UPDATE partition_leases SET committed_offset", Moment.BeforeCommit),
        ["verdicts committed, not known to be"] = ("UPDATE partition_leases SET committed_offset", Moment.AfterCommit),
        ["anomaly committed, nobody told"] = (AnomalyFound, Moment.AfterCommit),
        ["snapshot written, not committed"] = ("INSERT INTO engine_snapshots", Moment.BeforeCommit),
        ["snapshot committed, not known to be"] = ("INSERT INTO engine_snapshots", Moment.AfterCommit),
        ["lease extended, not committed"] = ("UPDATE partition_leases SET until", Moment.BeforeCommit),
        ["lease extended, not known to be"] = ("UPDATE partition_leases SET until", Moment.AfterCommit),
    };

    [Theory]
    [MemberData(nameof(ApiPoints))]
    public async Task The_api_may_die_at_any_point_of_a_request(string point)
    {
        await using var load = await _system.BeginLoadAsync();
        await load.AcknowledgedAsync(15);
        var breakpoint = BreakpointOf(Api[point], load);
        _system.ApiLine.Breakpoint = breakpoint;
        await load.UntilAsync(breakpoint.Reached, $"the Api is at the point: {point}");
        await _system.KillApiAsync();
        load.FaultEnded();
        await _system.StartApiAsync();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, $"Api killed: {point}");
    }

    [Theory]
    [MemberData(nameof(DetectorPoints))]
    public async Task The_detector_may_die_at_any_point_of_its_round(string point)
    {
        await using var load = await _system.BeginLoadAsync();
        await load.AcknowledgedAsync(15);
        var breakpoint = BreakpointOf(Detector[point], load);
        _system.DetectorLine.Breakpoint = breakpoint;
        await load.UntilAsync(breakpoint.Reached, $"the Detector is at the point: {point}");
        await _system.KillDetectorAsync();
        load.FaultEnded();
        await _system.StartDetectorAsync();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, $"Detector killed: {point}");
    }

    private Breakpoint BreakpointOf((string Statement, Moment Moment) point, Load load) =>
        new(point.Statement, point.Moment, point.Statement == AnomalyFound ? 0 : new Random(_system.Seed + load.First).Next(Passages));
}
