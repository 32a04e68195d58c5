using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

/// <summary>Reads requests and spells batches out, so that tests can compare and name what they expect.</summary>
internal static class BatchText
{
    public const long Received = 1_800_000_000_000_000_000;

    public static TelemetryBatch Read(Signal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body, TelemetryLimits? limits = null)
    {
        var batch = new TelemetryBatch(limits);
        TelemetryReader.Read(signal, encoding, body, Received, Redactor.Standard, batch);
        return batch;
    }

    public static TelemetryBatch ReadJson(Signal signal, string json, TelemetryLimits? limits = null) =>
        Read(signal, OtlpEncoding.Json, Encoding.UTF8.GetBytes(json), limits);

    public static string Of(TelemetryBatch batch)
    {
        var text = new StringBuilder();
        foreach (var stream in batch.Streams)
        {
            AppendHead(text, stream.Signal, stream.Service, stream.Name, new AttributeReader(stream.ResourceAttributes, stream.ResourceAttributeCount));
            AppendEvents(text, stream.ReadEvents());
        }
        text.Append(CultureInfo.InvariantCulture, $"accepted {batch.Accepted} rejected {batch.Rejected} without value {batch.WithoutValue}");
        return text.ToString();
    }

    /// <summary>A block out of the event log, as the batch was from which it was written.</summary>
    public static string Of(EventBlock block)
    {
        var text = new StringBuilder();
        AppendHead(text, block.Signal, block.Service, block.Name, new AttributeReader(block.ResourceAttributes, block.ResourceAttributeCount));
        AppendEvents(text, block.Read());
        return text.ToString();
    }

    public static string Utf8(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Body of the only event.</summary>
    public static string OnlyBody(TelemetryBatch batch)
    {
        var events = Assert.Single(batch.Streams.ToArray()).ReadEvents();
        Assert.True(events.Next(out var view));
        return Utf8(view.Body);
    }

    public static string? Attribute(TelemetryBatch batch, string key)
    {
        var events = batch.Streams[0].ReadEvents();
        Assert.True(events.Next(out var view));
        var attributes = view.ReadAttributes();
        while (attributes.Next())
        {
            if (Utf8(attributes.Key) == key) return Utf8(attributes.Value);
        }
        return null;
    }

    public static string OneLog(string record, string resource = """{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}""") =>
        $$"""{"resourceLogs":[{"resource":{{resource}},"scopeLogs":[{"scope":{"name":"cart"},"logRecords":[{{record}}]}]}]}""";

    private static void AppendHead(StringBuilder text, Signal signal, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name, AttributeReader resource)
    {
        text.Append(CultureInfo.InvariantCulture, $"{signal} {Utf8(service)} / {Utf8(name)} [");
        while (resource.Next()) text.Append(CultureInfo.InvariantCulture, $" {Utf8(resource.Key)}={Utf8(resource.Value)}");
        text.AppendLine(" ]");
    }

    private static void AppendEvents(StringBuilder text, EventReader events)
    {
        while (events.Next(out var view)) Append(text, view);
    }

    private static void Append(StringBuilder text, in EventView view)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {view.TimeUnixNano} {view.Severity} <{Utf8(view.Name)}> <{Utf8(view.Body)}> ");
        text.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(view.TraceId)}/{Convert.ToHexStringLower(view.SpanId)}/{Convert.ToHexStringLower(view.ParentSpanId)}");
        for (var i = 0; i < view.NumberCount; i++) text.Append(CultureInfo.InvariantCulture, $" {view.Number(i):R}");
        var attributes = view.ReadAttributes();
        while (attributes.Next()) text.Append(CultureInfo.InvariantCulture, $" {Utf8(attributes.Key)}={Utf8(attributes.Value)}");
        text.AppendLine();
    }
}
