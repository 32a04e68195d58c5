using System.Text;
using Driftlock.Api.Anomalies;
using Driftlock.Api.Audit;
using Driftlock.Api.Streams;
using Driftlock.Cbad.Coding;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>
/// The query parameters of the Api's lists, cursors among them; an input is lines of <c>name=value</c>. A bad one is answered with 400;
/// what is taken holds nothing that Postgres would refuse.
/// </summary>
internal sealed class ListFilterTarget(string list) : FuzzTarget
{
    private static readonly string[] Dates = ["2026-01-31T12:00:00Z", "2026-01-31", "0001-01-01", "9999-12-31T23:59:59.9999999-14:00", "12:00", "1/2/3"];

    public override string Name => "list-" + list;

    public override long MostAllocated(int inputBytes) => (256 << 10) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        var given = Parameters(input);
        string? Of(string name) => given.GetValueOrDefault(name);
        var (limit, problem) = (0, (ProblemHttpResult?)null);
        var isTaken = false;
        if (list == "anomalies")
        {
            var query = Enumerable.Empty<Anomaly>().AsQueryable();
            isTaken = new AnomalyFilter(
                Of("stream"), Of("service"), Of("signal"), Of("severity"), Of("status"), Of("minScore"), Of("maxP"), Of("from"), Of("to"), Of("text"), Of("limit"), Of("cursor"), Of("sort"))
                .TryApply(ref query, out limit, out problem) && AnomalyOrder.TryRead(Of("sort"), Of("cursor"), out _, out problem);
        }
        else if (list == "streams")
        {
            var query = Enumerable.Empty<StreamRow>().AsQueryable();
            isTaken = new StreamFilter(Of("signal"), Of("service"), Of("limit"), Of("cursor"), Of("text")).TryApply(ref query, out limit, out problem);
        }
        else
        {
            var query = Enumerable.Empty<AuditEntry>().AsQueryable();
            isTaken = new AuditFilter(Of("limit"), Of("cursor"), Of("action"), Of("target")).TryApply(ref query, out limit, out problem);
        }
        if (isTaken != (problem is null)) throw new InvalidOperationException("taken with a problem, or refused without one");
        if (isTaken && limit is < 1 or > 500) throw new InvalidOperationException($"a limit of {limit}");
        if (problem is { StatusCode: not 400 }) throw new InvalidOperationException($"answered with {problem.StatusCode}");
        return isTaken;
    }

    public override void Check(byte[] input) => Assert.DoesNotContain(Parameters(input), pair => IsText(pair.Key) && pair.Value.Contains('\0'));

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByValue);

    protected override IEnumerable<byte[]> MakeSeeds() => list switch
    {
        "anomalies" =>
        [
            "stream=00000000000000ff\nservice=shop\nsignal=logs\nseverity=high\nstatus=open\nminScore=12.5\nmaxP=0.01\nfrom=2026-01-31T12:00:00Z\nto=2026-02-01\ntext=50%_x\\\nlimit=10\nsort=-score\ncursor=LXNjb3JlIDk5LjkgMTcx"u8.ToArray(),
            "status=Acknowledged\nlimit=200"u8.ToArray(), ""u8.ToArray(),
        ],
        "streams" => ["signal=metrics\nservice=shop\nlimit=5\ncursor=00000000000000ff"u8.ToArray(), ""u8.ToArray()],
        _ => ["limit=5\ncursor=ff\naction=api-key.create\ntarget=key 3"u8.ToArray(), ""u8.ToArray()],
    };

    private static Dictionary<string, string> Parameters(byte[] input)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) given[line[..at]] = line[(at + 1)..];
        }
        return given;
    }

    /// <summary>What goes into the query as it came; the rest is parsed first.</summary>
    private bool IsText(string name) => list switch
    {
        "anomalies" => name is "service" or "text",
        "streams" => name is "service",
        _ => name is "action" or "target",
    };

    /// <summary>The value of one line, so that the names mostly stay.</summary>
    private static byte[] ByValue(SeededRandom random, byte[] input, byte[] other)
    {
        if (input.Length == 0 || random.Below(6) == 0) return ByteMutation.Apply(random, input, other);
        var lines = Encoding.Latin1.GetString(input).Split('\n');
        ref var line = ref lines[random.Below(lines.Length)];
        var start = line.IndexOf('=', StringComparison.Ordinal) + 1;
        var value = Encoding.Latin1.GetBytes(line[start..]);
        value = random.Below(5) switch
        {
            0 => EdgeValues.Number(random),
            1 => EdgeValues.Text(random),
            2 => Encoding.UTF8.GetBytes(Dates[random.Below(Dates.Length)]),
            _ => ByteMutation.Apply(random, value, other),
        };
        line = line[..start] + Encoding.Latin1.GetString(value);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
