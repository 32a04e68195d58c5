using Driftlock.Cbad;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Traces;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>States, in snapshots and in bundles of evidence, that were believed: tables that are full or no power of two made look-ups endless, sizes took gigabytes.</summary>
public sealed class StateTests
{
    [Theory]
    [InlineData(100, 0)]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    public void A_table_in_which_a_look_up_would_never_end_is_refused(ulong slots, ulong count)
    {
        var state = new ByteBuffer();
        state.WriteVarint(slots);
        state.WriteVarint(count);
        for (var entry = 1UL; entry <= count; entry++)
        {
            state.WriteFixed64(entry);
            state.WriteFixed64(entry);
        }
        Refused(state, (ref source) => new CountTable(1024).Load(ref source));
        Refused(state, (ref source) => new SeenTable(1024).Load(ref source));
    }

    [Fact]
    public void An_entry_that_stands_twice_or_has_no_context_is_refused()
    {
        foreach (var contexts in (ulong[][])[[7, 7], [0, 1]])
        {
            var state = new ByteBuffer();
            foreach (var number in (ulong[])[256, 2, contexts[0], 1, 1, 1, contexts[1], 1, 1, 1]) state.WriteVarint(number);
            Refused(state, (ref source) => new CountTable(1024).Load(ref source));
        }
    }

    [Fact]
    public void A_history_of_fewer_than_no_scores_is_refused()
    {
        var state = new ByteBuffer();
        state.WriteVarint(ulong.MaxValue);
        state.WriteRaw(new byte[4096]);
        Refused(state, (ref source) => new ScoreHistory().Load(ref source));
    }

    [Theory]
    [InlineData(ulong.MaxValue, 0)]
    [InlineData(0, ulong.MaxValue)]
    public void A_histogram_of_durations_outside_of_its_bins_is_refused(ulong low, ulong end)
    {
        var state = new ByteBuffer();
        state.WriteVarint(low);
        state.WriteVarint(end);
        Refused(state, (ref source) => new DurationModel().Load(ref source));
    }

    [Fact]
    public void A_place_among_the_recent_lines_that_is_none_is_refused()
    {
        var state = new ByteBuffer();
        state.WriteVarint(ulong.MaxValue);
        state.WriteRaw(new byte[4096]);
        Refused(state, (ref source) => new RecentLines(50).Load(ref source));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_stream_whose_windows_no_configuration_allows_is_refused(byte kind)
    {
        var state = new ByteBuffer();
        state.WriteByte(kind);
        state.WriteVarint(1);
        state.WriteBytes("shop"u8);
        state.WriteBytes("name"u8);
        if (kind == 2) state.WriteByte((byte)PointKind.Gauge);
        state.WriteVarint(1 << 30);
        state.WriteRaw(new byte[64]);
        var refused = Assert.Throws<InvalidDataException>(() => new PartitionEngine(new EngineConfiguration()).LoadStream(new StreamId(1), state.Written));
        Assert.Contains("windows of 1073741824 events", refused.Message, StringComparison.Ordinal);
    }

    private delegate void Loading(ref ReadOnlySpan<byte> source);

    private static void Refused(ByteBuffer state, Loading load) =>
        Assert.Throws<InvalidDataException>(() =>
        {
            var source = state.Written;
            load(ref source);
        });
}
