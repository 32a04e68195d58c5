namespace Driftlock.Tests.Reliability;

/// <summary>What the senders know of each request: the other side of the account that the event log is checked against.</summary>
internal sealed class Ledger(int requests)
{
    private readonly bool[] _acknowledged = new bool[requests];
    private int _acknowledgements;
    private int _attempts;
    private int _givenUp;
    private string? _refusal;

    public int Requests => requests;

    public int Acknowledgements => Volatile.Read(ref _acknowledgements);

    /// <summary>Requests whose sender stopped trying without an acknowledgement.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    public int Settled => Acknowledgements + GivenUp;

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>The first answer that told a sender not to try again; there must be none.</summary>
    public string? Refusal => Volatile.Read(ref _refusal);

    public bool IsAcknowledged(int request) => Volatile.Read(ref _acknowledged[request]);

    public void Attempted() => Interlocked.Increment(ref _attempts);

    public void Acknowledge(int request)
    {
        Volatile.Write(ref _acknowledged[request], true);
        Interlocked.Increment(ref _acknowledgements);
    }

    public void GiveUp() => Interlocked.Increment(ref _givenUp);

    public void Refuse(string answer)
    {
        Interlocked.CompareExchange(ref _refusal, answer, null);
        Interlocked.Increment(ref _givenUp);
    }

    /// <summary>Every record of an acknowledged request is in the log once, and every other one at most once.</summary>
    /// <param name="log">How often each record's number stands in the log.</param>
    /// <returns>Records in the log that were not acknowledged.</returns>
    public int AssertKeptOnce(IReadOnlyDictionary<int, int> log)
    {
        var (lost, repeated, unknown) = (0, 0, 0);
        for (var request = 0; request < Requests; request++)
        {
            for (var i = 0; i < NumberedLogs.RecordsARequest; i++)
            {
                var times = log.GetValueOrDefault(NumberedLogs.FirstNumber(request) + i);
                if (times > 1) repeated++;
                if (times == 0 && IsAcknowledged(request)) lost++;
                if (times == 1 && !IsAcknowledged(request)) unknown++;
            }
        }
        Assert.Equal((0, 0), (lost, repeated));
        Assert.Equal((Acknowledgements * NumberedLogs.RecordsARequest) + unknown, log.Count);
        return unknown;
    }
}
