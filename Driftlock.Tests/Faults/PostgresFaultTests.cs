using System.Diagnostics;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Faults;

/// <summary>What Postgres does to Api and Detector while records are sent.</summary>
public sealed class PostgresFaultTests(FaultServers servers, ITestOutputHelper output) : IClassFixture<FaultServers>
{
    private const string EndConnections = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private static readonly TimeSpan Disturbance = TimeSpan.FromSeconds(2);

    private readonly LoadedSystem _system = servers.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="signal">INT: fast shutdown; QUIT: immediate one; KILL: the postmaster dies.</param>
    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("KILL")]
    public async Task While_postgres_is_away_senders_are_told_to_try_again_and_nothing_is_lost_or_judged_twice(string signal)
    {
        await using var load = await _system.BeginLoadAsync();
        await load.AcknowledgedAsync(30);
        await servers.Postgres.StopAsync(signal);
        await load.MetOutageAsync(8);
        await servers.Postgres.StartAsync();
        load.FaultEnded();
        ForgetOwnConnections();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, $"Postgres stopped with SIG{signal} and started");
    }

    [Fact]
    public async Task Connections_that_are_ended_again_and_again_cost_nothing_but_time()
    {
        await using var load = await _system.BeginLoadAsync();
        var random = new Random(_system.Seed);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Disturbance;)
        {
            await _system.Store.Store.DataSource.ExecuteAsync(EndConnections);
            await Task.Delay(random.Next(30, 250), Cancellation);
        }
        load.FaultEnded();
        ForgetOwnConnections();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, "every connection ended repeatedly for 2 s");
    }

    [Fact]
    public async Task A_line_that_is_cut_again_and_again_costs_nothing_but_time()
    {
        await using var load = await _system.BeginLoadAsync();
        var random = new Random(_system.Seed + 1);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Disturbance;)
        {
            (random.Next(2) == 0 ? _system.ApiLine : _system.DetectorLine).Cut();
            await Task.Delay(random.Next(20, 120), Cancellation);
        }
        load.FaultEnded();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, "lines to Postgres cut repeatedly for 2 s");
    }

    /// <param name="isCutThen">False: what was held back arrives late, a COMMIT among it that its sender has long given up.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_that_falls_silent_is_given_up_in_time_and_what_arrives_late_does_no_harm(bool isCutThen)
    {
        await using var load = await _system.BeginLoadAsync();
        await load.AcknowledgedAsync(30);
        _system.ApiLine.Stall();
        _system.DetectorLine.Stall();
        // No sender is left without an answer by a line that never says a word.
        await load.MetOutageAsync(4);
        if (isCutThen)
        {
            _system.ApiLine.Cut();
            _system.DetectorLine.Cut();
        }
        _system.ApiLine.Resume();
        _system.DetectorLine.Resume();
        load.FaultEnded();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, $"lines to Postgres silent, then {(isCutThen ? "cut" : "heard again")}");
    }

    /// <param name="hours">It jumps by so many under a running Detector, and again while none runs.</param>
    [Theory]
    [InlineData(-50)]
    [InlineData(30)]
    public async Task The_clock_of_postgres_may_jump_and_a_detector_that_dies_then_is_replaced_all_the_same(int hours)
    {
        await using var load = await _system.BeginLoadAsync();
        await load.AcknowledgedAsync(15);
        await ShiftedClock.ShiftAsync(_system.Store.Store.DataSource, TimeSpan.FromHours(hours));
        await load.AcknowledgedAsync(30);
        await _system.KillDetectorAsync();
        await ShiftedClock.ShiftAsync(_system.Store.Store.DataSource, TimeSpan.FromHours(2 * hours));
        load.FaultEnded();
        await _system.StartDetectorAsync();
        await load.SettleAsync(output, $"clock of Postgres {hours} h off, Detector killed and started at {2 * hours} h");
        await ShiftedClock.ShiftAsync(_system.Store.Store.DataSource, TimeSpan.Zero);
    }

    /// <summary>Those of the test itself, which the server has closed.</summary>
    private void ForgetOwnConnections() => _system.Store.Store.DataSource.Clear();
}
