using System.Diagnostics;
using System.Globalization;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.Faults;

/// <summary>Senders at work during one test, and the account of what they sent.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int Services = 3;
    private const int OrdinaryRequests = 40;
    private const int UnusualOneIn = 20;

    private readonly LoadedSystem _system;
    private readonly Senders _senders;
    private readonly Task _sending;
    private readonly long _anomaliesBefore;
    private readonly (int Acknowledged, int GivenUp, int Attempts) _before;
    private long _faultEnded;
    private int _acknowledgedThen;
    private Task<TimeSpan>? _firstAcknowledgement;

    /// <param name="system">That records are sent to.</param>
    /// <param name="first">The request to begin with.</param>
    /// <param name="anomaliesBefore">How many were found so far.</param>
    public Load(LoadedSystem system, int first, long anomaliesBefore)
    {
        (_system, First, _anomaliesBefore, _before) = (system, first, anomaliesBefore, Counts(system.Ledger));
        // Streams of this load alone: those that have seen much are hard to surprise.
        var logs = new NumberedLogs(
            system.Seed, system.Ledger.Requests * NumberedLogs.RecordsARequest, Services, first + OrdinaryRequests, UnusualOneIn, string.Create(CultureInfo.InvariantCulture, $"from-{first}"));
        _senders = new Senders(system.Seed + first, logs, system.Ledger, () => Task.CompletedTask, first);
        _sending = _senders.RunAsync(system.Grpc, system.Http, LoggedStore.ApiKey, Cancellation);
    }

    /// <summary>The first request of this load.</summary>
    public int First { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Ledger Ledger => _system.Ledger;

    /// <summary>Waits for further acknowledgements.</summary>
    public Task AcknowledgedAsync(int further)
    {
        var goal = Ledger.Acknowledgements + further;
        return UntilAsync(() => Ledger.Acknowledgements >= goal, $"{further} further acknowledgements");
    }

    /// <summary>Waits for something that only happens while records are sent.</summary>
    public Task UntilAsync(Task happened, string what) => UntilAsync(() => happened.IsCompleted, what);

    /// <summary>Waits until there is something in this load's streams that detectors could find twice or not at all.</summary>
    public Task AnomalyFoundAsync() => UntilAsync(async () => await _system.AnomaliesAsync() > _anomaliesBefore, "an anomaly is found");

    /// <summary>Waits until senders have met an outage: so many attempts without one acknowledgement among them.</summary>
    public async Task MetOutageAsync(int attempts)
    {
        var (acknowledged, _, tried) = Counts(Ledger);
        await UntilAsync(
            () =>
            {
                if (Ledger.Acknowledgements != acknowledged) (acknowledged, _, tried) = Counts(Ledger);
                return Ledger.Attempts >= tried + attempts;
            }, "senders meet the outage");
    }

    /// <summary>From here on recovery is timed.</summary>
    public void FaultEnded()
    {
        (_faultEnded, _acknowledgedThen) = (Stopwatch.GetTimestamp(), Ledger.Acknowledgements);
        _firstAcknowledgement = TimeAsync(() => Ledger.Acknowledgements > _acknowledgedThen, "the first acknowledgement after the fault");
    }

    /// <summary>
    /// Lets the senders end, waits until all is judged, and checks the account: whatever was acknowledged, in this test and those before it, is
    /// in the log once; streams are counted and anomalies found as undisturbed engines do over the same log.
    /// </summary>
    public async Task SettleAsync(ITestOutputHelper output, string fault)
    {
        var acknowledged = await _firstAcknowledgement!;
        await AnomalyFoundAsync();
        await StopAsync();
        if (Ledger.Refusal is not null) output.WriteLine(_system.Api.LastLines());
        Assert.Null(Ledger.Refusal);
        var sent = Stopwatch.GetElapsedTime(_faultEnded);
        await UntilAsync(async () => await _system.Store.Judged.MissingAsync() == 0, "everything is judged");
        var judged = Stopwatch.GetElapsedTime(_faultEnded);
        // The log must not grow while it is read again.
        await _system.Detector.SignalAsync("STOP");
        var log = await _system.Store.AssertJudgedOnceAsync();
        await _system.Detector.SignalAsync("CONT");
        var unknown = Ledger.AssertKeptOnce(log.Numbers);
        var (now, before) = (Counts(Ledger), _before);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{fault}: first acknowledgement {acknowledged.TotalSeconds:0.00} s after the fault, all judged {(judged - sent).TotalSeconds:0.00} s after the last answer; {now.Acknowledged - before.Acknowledged} requests acknowledged, {now.GivenUp - before.GivenUp} given up, {now.Attempts - before.Attempts} attempts; {unknown} records in the log without an acknowledgement; {log.Anomalies.Count} anomalies; DRIFTLOCK_FAULT_SEED={_system.Seed} from request {First}"));
    }

    /// <summary>A test that failed leaves no senders to the next.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        _senders.Stop();
        await _sending.WaitAsync(Patience, Cancellation);
        _system.Sent(_senders.Next);
    }

    /// <summary>Fails at once when the senders did, instead of waiting for what they will not send.</summary>
    private Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            var waiting = Until.TrueAsync(condition, Patience, what, Cancellation);
            if (await Task.WhenAny(waiting, _sending) == _sending) await _sending;
            await waiting;
        }
        catch (TimeoutException)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"Api: {_system.Api.LastLines()}\nDetector: {_system.Detector.LastLines()}");
            throw;
        }
    }

    private async Task<TimeSpan> TimeAsync(Func<bool> condition, string what)
    {
        await UntilAsync(condition, what);
        return Stopwatch.GetElapsedTime(_faultEnded);
    }

    private static (int Acknowledged, int GivenUp, int Attempts) Counts(Ledger ledger) => (ledger.Acknowledgements, ledger.GivenUp, ledger.Attempts);
}
