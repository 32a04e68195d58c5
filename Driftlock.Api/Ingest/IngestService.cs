using System.Security.Cryptography;
using Driftlock.Api.Limits;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Performance;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Api.Ingest;

/// <summary>What became of a request that was understood.</summary>
/// <param name="Accepted">Items that are durable now.</param>
/// <param name="Rejected">Items that are not and never will be; <paramref name="Message"/> says why.</param>
/// <param name="Repeated">The same request was acknowledged before: nothing was added.</param>
public sealed record IngestResult(long Accepted, long Rejected, string? Message, bool Repeated);

/// <summary>
/// The one way in: decode, redact, sort by partition, append, and only then acknowledge. The transports around it are thin.
/// </summary>
public sealed class IngestService(
    IEventLog log, StreamAdmission admission, PartitionMap partitions, TenantLimits limits, UsageMeter usage, TelemetryBatchPool batches, TimeProvider time,
    IngestMetrics metrics, StageTimes stages)
{
    /// <exception cref="OtlpFormatException">The request cannot be read; nothing was appended.</exception>
    /// <exception cref="EventLogBusyException">Try again later; nothing was acknowledged.</exception>
    public Task<IngestResult> IngestOtlpAsync(
        int tenant, Signal signal, OtlpEncoding encoding, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        IngestAsync(
            tenant, body.Length, HashOf((byte)signal, body.Span),
            (received, batch) => TelemetryReader.Read(signal, encoding, body.Span, received, Redactor.Standard, batch), cancellationToken);

    /// <param name="idempotencyKey">
    /// Recognises a retry, which is the same key with the same body: under a key that was used for other events, nothing may be lost.
    /// Null when the same events may come again on purpose.
    /// </param>
    /// <param name="errors">Receives one entry for each event that is not valid.</param>
    /// <exception cref="OtlpFormatException">The body is not JSON of the form wanted; nothing was appended.</exception>
    /// <exception cref="EventLogBusyException">Try again later; nothing was acknowledged.</exception>
    public Task<IngestResult> IngestPlainAsync(
        int tenant, ReadOnlyMemory<byte> body, string? idempotencyKey, List<PlainEventError> errors, CancellationToken cancellationToken) =>
        IngestAsync(
            tenant, body.Length, idempotencyKey is null ? [] : HashOf(0, [.. HashOf(0, System.Text.Encoding.UTF8.GetBytes(idempotencyKey)), .. HashOf(0, body.Span)]),
            (received, batch) => PlainEventReader.Read(body.Span, received, Redactor.Standard, batch, errors), cancellationToken);

    /// <summary>A piece at a time, each of them durable before the next: after a failure the same file with the same key goes on where it stopped.</summary>
    /// <param name="source">Known to be readable to its end.</param>
    /// <param name="file">Its bytes, which are part of what recognises a retry.</param>
    /// <param name="idempotencyKey">As for plain events.</param>
    /// <exception cref="EventLogBusyException">Try again later; a part may have been taken.</exception>
    public async Task<IngestResult> IngestFileAsync(int tenant, IEventSource source, ReadOnlyMemory<byte> file, string? idempotencyKey, CancellationToken cancellationToken)
    {
        byte[] whole = idempotencyKey is null ? [] : [.. HashOf(0, System.Text.Encoding.UTF8.GetBytes(idempotencyKey)), .. HashOf(0, file.Span)];
        var sum = new IngestResult(0, 0, null, true);
        for (var piece = 0; ; piece++)
        {
            var isMore = false;
            var result = await IngestAsync(
                tenant, piece == 0 ? file.Length : 0, whole.Length == 0 ? [] : HashOf(0, [.. whole, .. BitConverter.GetBytes(piece)]), (_, batch) => isMore = source.TryRead(batch), cancellationToken);
            if (!isMore) return sum with { Repeated = sum.Repeated && piece > 0 };
            sum = new IngestResult(sum.Accepted + result.Accepted, sum.Rejected + result.Rejected, sum.Message ?? result.Message, sum.Repeated && result.Repeated);
        }
    }

    private async Task<IngestResult> IngestAsync(
        int tenant, int bytes, byte[] hash, Action<long, TelemetryBatch> read, CancellationToken cancellationToken)
    {
        var received = UnixTime.ToUnixNano(time.GetUtcNow());
        var batch = batches.Rent();
        try
        {
            var lap = stages.Start();
            read(received, batch);
            lap.Done("ingest.decode");
            var allowed = await limits.OfAsync(tenant, cancellationToken);
            if (!usage.HasRoom(tenant, allowed)) return Refused(batch, allowed);
            var refused = await admission.RefusedAsync(tenant, allowed.Streams, batch, cancellationToken);
            var entries = await partitions.SortAsync(tenant, batch, refused, cancellationToken);
            lap.Done("ingest.admit");
            var lost = refused.EventsIn(tenant, batch);
            var result = new IngestResult(
                batch.Accepted - lost, batch.Rejected + lost, lost > 0 ? admission.Message(allowed.Streams) : batch.PartialSuccessMessage, false);
            if (entries.Count > 0)
            {
                var outcome = await log.AppendAsync(new AppendRequest(tenant, hash, received, entries), cancellationToken);
                result = result with { Repeated = outcome == AppendOutcome.Repeated };
                lap.Done("ingest.append");
            }
            metrics.Ingested(batch, result);
            if (!result.Repeated) usage.Add(tenant, result.Accepted, bytes);
            return result;
        }
        finally
        {
            batches.Return(batch);
        }
    }

    /// <summary>A partial success, which a sender must not repeat: before tomorrow that would be in vain.</summary>
    private IngestResult Refused(TelemetryBatch batch, TierLimits allowed)
    {
        var result = new IngestResult(
            0, batch.Accepted + batch.Rejected, $"the tenant's quota of {allowed.EventsPerDay} events a day is used up until 00:00 UTC; nothing of this request was taken", false);
        metrics.Ingested(batch, result);
        return result;
    }

    /// <summary>The signal is part of it: an empty request, for one, looks the same for all three.</summary>
    private static byte[] HashOf(byte kind, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([kind]);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
