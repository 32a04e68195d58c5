using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Api;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Conformance;

/// <summary>What a tenant's part of the event log says, spelt out.</summary>
internal static class LoggedText
{
    /// <summary>One text a block of events (a stream out of one request), sorted: partitions follow from the tenant, so their order says nothing.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(ApiDatabase database, TestTenant tenant)
    {
        var payloads = await database.ScalarAsync<byte[][]>(
            $"""SELECT coalesce(array_agg(payload ORDER BY partition_id, "offset"), array[]::bytea[]) FROM log_entries WHERE kind = 1 AND tenant_id = {tenant.Id}""");
        var blocks = payloads.SelectMany(Blocks).ToList();
        blocks.Sort(StringComparer.Ordinal);
        return blocks;
    }

    private static List<string> Blocks(byte[] compressed)
    {
        var texts = new List<string>();
        ReadOnlySpan<byte> payload = EventPayload.Decompress(compressed);
        while (EventBlock.TryRead(ref payload, out var block)) texts.Add(BatchText.Of(block));
        return texts;
    }
}
