using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>The payload of a log entry: <see cref="InvalidDataException"/> refuses it. What is read can be written again and reads the same.</summary>
internal sealed class EventBlockTarget : FuzzTarget
{
    public override string Name => "event-blocks";

    public override long MostAllocated(int inputBytes) => 1 << 16;

    public override bool Takes(byte[] input)
    {
        try
        {
            ReadOnlySpan<byte> rest = input;
            while (EventBlock.TryRead(ref rest, out var block))
            {
                var events = block.Read();
                while (events.Next(out var view)) Walk(view.ReadAttributes());
            }
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        var once = Written(input);
        Assert.Equal(once, Written(once));
        Assert.InRange(once.Length, 0, input.Length);
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByteMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() => Samples.Payloads();

    private static void Walk(AttributeReader attributes)
    {
        while (attributes.Next())
        {
        }
    }

    private static byte[] Written(ReadOnlySpan<byte> payload)
    {
        var target = new ByteBuffer();
        var events = new EventWriter();
        while (EventBlock.TryRead(ref payload, out var block))
        {
            events.Clear();
            for (var reader = block.Read(); reader.Next(out var view);)
            {
                events.Begin(view.TimeUnixNano, view.Severity, view.Name, view.Body, view.TraceId, view.SpanId, view.ParentSpanId);
                for (var i = 0; i < view.NumberCount; i++) events.Number(view.Number(i));
                for (var attributes = view.ReadAttributes(); attributes.Next();) events.Attribute(attributes.Key, attributes.Value);
                events.End();
            }
            EventBlock.Write(target, block.Signal, block.Service, block.Name, block.ResourceAttributes, block.ResourceAttributeCount, events.Written, block.EventCount);
        }
        return target.Written.ToArray();
    }
}
