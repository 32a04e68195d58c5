using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>A compressed payload: <see cref="InvalidDataException"/> refuses it, before it takes memory for what it only claims to hold.</summary>
internal sealed class EventPayloadTarget : FuzzTarget
{
    private byte[] _plain = [];

    public override string Name => "event-payload";

    // Brotli takes a million bytes of zeros out of a few; beyond that only what really unfolds counts.
    public override long MostAllocated(int inputBytes) => (8L << 20) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        try
        {
            _plain = EventPayload.Decompress(input);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override void Check(byte[] input) => Assert.Equal(_plain, EventPayload.Decompress(EventPayload.Compress(_plain)));

    public override byte[] Next(SeededRandom random)
    {
        if (random.Below(2) == 0) return Mutator.Next(random, Seeds, ByteMutation.Apply);
        // The length in front alone: the rest stays whole.
        ReadOnlySpan<byte> rest = Seed(random);
        _ = Varint.Read(ref rest);
        return [.. ByteMutation.Varint(random), .. rest];
    }

    protected override IEnumerable<byte[]> MakeSeeds() => Samples.Payloads().Append([]).Append(new byte[1 << 20]).Select(plain => EventPayload.Compress(plain));
}
