using System.Text.Unicode;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>What holds for every batch that was read: its blocks read back, hold what was counted, and hold text that is UTF-8 within its limits.</summary>
internal static class BatchCheck
{
    public static void Holds(TelemetryBatch batch)
    {
        var (events, bytes) = (0L, 0L);
        var payload = new ByteBuffer();
        foreach (var stream in batch.Streams)
        {
            payload.Clear();
            stream.WriteTo(payload);
            Require(payload.Length == stream.EncodedLength, "a block is as long as it says");
            events += Events(payload.Written, stream, batch.Limits);
            bytes += payload.Length;
        }
        Require(events == batch.Accepted, "the blocks hold what was accepted");
        Require(bytes == batch.EncodedBytes, "the batch is as long as it says");
        Require(batch.Rejected == 0 == (batch.PartialSuccessMessage is null), "what is rejected is said");
    }

    public static void Same(TelemetryBatch left, TelemetryBatch right)
    {
        Require(left.Streams.Length == right.Streams.Length && left.Rejected == right.Rejected && left.WithoutValue == right.WithoutValue, "the same bytes give as many streams");
        for (var i = 0; i < left.Streams.Length; i++)
        {
            var (one, other) = (left.Streams[i], right.Streams[i]);
            Require(one.Id(1) == other.Id(1) && one.ResourceAttributes.SequenceEqual(other.ResourceAttributes), "the same bytes give the same streams");
            Require(one.EncodedEvents.SequenceEqual(other.EncodedEvents), "the same bytes give the same events");
        }
    }

    private static int Events(ReadOnlySpan<byte> payload, StreamBlock stream, TelemetryLimits limits)
    {
        Require(EventBlock.TryRead(ref payload, out var block) && payload.IsEmpty, "a block reads back");
        Require(block.Stream(1) == stream.Id(1), "a block names its stream");
        Text(block.Service, limits.NameBytes);
        Text(block.Name, limits.StreamNameBytes);
        var count = 0;
        for (var events = block.Read(); events.Next(out var view); count++)
        {
            Text(view.Name, limits.NameBytes);
            Text(view.Body, limits.BodyBytes);
            var attributes = view.ReadAttributes();
            while (attributes.Next())
            {
                Text(attributes.Key, limits.NameBytes);
                Text(attributes.Value, limits.AttributeBytes);
            }
        }
        Require(count == block.EventCount, "a block holds as many events as it says");
        return count;
    }

    private static void Text(ReadOnlySpan<byte> text, int limit)
    {
        Require(Utf8.IsValid(text), "stored text is UTF-8");
        Require(text.Length <= limit, "stored text keeps its limit");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"does not hold: {what}");
    }
}
