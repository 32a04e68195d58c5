using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>Numbers in front of bytes that were believed or cut off without a word.</summary>
public sealed class EventBytesTests
{
    [Theory]
    [InlineData(4, 0, 0)]
    [InlineData(1, ulong.MaxValue, 0)]
    [InlineData(1, 0, 1UL << 32)]
    [InlineData(1, 0, 1)]
    public void A_block_of_an_unknown_signal_or_with_more_than_its_bytes_can_hold_is_refused(byte signal, ulong attributes, ulong events)
    {
        var block = new ByteBuffer();
        block.WriteRaw([1, signal, 0, 0]);
        block.WriteVarint(attributes);
        block.WriteBytes([]);
        block.WriteVarint(events);
        block.WriteBytes([]);
        Assert.Throws<InvalidDataException>(() =>
        {
            var rest = block.Written;
            EventBlock.TryRead(ref rest, out _);
        });
    }

    [Fact]
    public void A_varint_of_more_than_64_bits_is_refused() =>
        Assert.Throws<InvalidDataException>(() =>
        {
            ReadOnlySpan<byte> source = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
            Varint.Read(ref source);
        });

    [Fact]
    public void A_payload_takes_no_memory_for_what_it_only_claims_to_hold()
    {
        ReadOnlySpan<byte> rest = EventPayload.Compress(new byte[1000]);
        _ = Varint.Read(ref rest);
        var claimed = new ByteBuffer();
        claimed.WriteVarint(EventPayload.MaxPlainBytes);
        claimed.WriteRaw(rest);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => EventPayload.Decompress(claimed.Written));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_payload_that_unfolds_more_than_usual_is_read_all_the_same()
    {
        var plain = new byte[20_000_000];
        plain[^1] = 1;
        Assert.Equal(plain, EventPayload.Decompress(EventPayload.Compress(plain)));
        Assert.Empty(EventPayload.Decompress(EventPayload.Compress([])));
    }
}
