using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad;

// The metrics of a resource, judged jointly once a row of them is complete. A row is one test of the error budget.
public sealed partial class PartitionEngine
{
    private readonly SortedDictionary<ulong, ResourceGroup> _resources = [];
    private byte[] _lastResource = [];
    private ulong _lastSender = StreamId.Of(0, Signal.Metrics, default, default).Value;

    private static ulong ResourceKey(int tenant, ReadOnlySpan<byte> service) => StreamId.Of(tenant, Signal.Metrics, service, default).Value;

    private ResourceGroup ResourceOf(int tenant, in EventBlock block)
    {
        var key = ResourceKey(tenant, block.Service);
        if (!_resources.TryGetValue(key, out var group)) _resources[key] = group = new ResourceGroup(tenant, block.Service.ToArray());
        _changed.Add(key);
        return group;
    }

    private void FlagResource(EventStream series)
    {
        var key = ResourceKey(series.Tenant, series.Service);
        _resources[key].Flag(series.Id);
        _changed.Add(key);
    }

    /// <summary>Tells resources apart; the blocks of a request mostly are of one.</summary>
    private ulong SenderOf(ReadOnlySpan<byte> resource)
    {
        if (resource.SequenceEqual(_lastResource)) return _lastSender;
        _lastResource = resource.ToArray();
        return _lastSender = StreamId.Of(0, Signal.Metrics, resource, default).Value;
    }

    private void Gather(ResourceGroup group, SeriesStream series, in EventView view, ulong sender, long receivedUnixNano)
    {
        var time = view.TimeUnixNano == 0 ? (ulong)receivedUnixNano : view.TimeUnixNano;
        while (group.Assembly.TakeBefore(sender, _entry.Offset, time) is { } complete) JudgeRow(group, complete);
        if (group.MemberOf(series, view.Name) is not { } first) return;
        var channels = Math.Min(series.Newest.Length, ResourceGroup.MostChannels);
        for (var channel = 0; channel < channels; channel++) group.Assembly.Add(sender, _entry.Offset, receivedUnixNano, time, first + channel, series.Newest[channel]);
    }

    private void JudgeIdleRows(long nowUnixNano)
    {
        foreach (var (key, group) in _resources)
        {
            while (group.Assembly.TakeIdle(nowUnixNano - ConfigurationOf(group.Tenant).IdleWindowNano) is { } complete)
            {
                JudgeRow(group, complete);
                _changed.Add(key);
            }
        }
    }

    private void JudgeRow(ResourceGroup group, Row row)
    {
        var isJudged = group.CanJudge;
        _before.Clear();
        if (isJudged) group.SaveModel(_before);
        var score = group.Judge(row);
        var isFlagged = isJudged && Judge(group, row, score);
        group.Learn(row, score.Evidence, isFlagged);
        group.Assembly.Return(row);
    }

    /// <summary>True when the row was rejected.</summary>
    private bool Judge(ResourceGroup group, Row row, in ResourceScore score)
    {
        var member = group.Members[score.Ranking.Deciding];
        var (kind, test) = Decide(
            group.Tenant, member.Stream, group.Service, row.Time, score.Ranking.PValue, score.Ranking.BudgetPValue, null, group.IsOfEpisode(score.Evidence));
        if (kind == VerdictKind.Normal) return false;
        var stream = new StreamId(member.Stream);
        var verdict = new Verdict(
            kind, group.Tenant, stream, Signal.Metrics, _entry, _ordinal++, Math.Max(0, Progress(stream).EventsSeen - 1), 1, row.Time, row.Time, score.Ranking.PValue, null)
        {
            Unit = JudgedUnit.Resource,
        };
        if (kind == VerdictKind.Anomaly)
        {
            var source = EvidenceFrame.Source(member.Stream, Signal.Metrics, group.Service, member.Name, group.Tenant);
            verdict = Proven(verdict, source, ResourceProof.Make(group, row, _before.Written), test);
        }
        _verdicts.Add(verdict);
        return true;
    }
}
