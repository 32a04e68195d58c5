using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>
/// OTLP/JSON export requests, one after another, on a line each (as the Collector's file exporter writes them) or over several. Sorted
/// into streams and redacted as the server does it, so that both find the same.
/// </summary>
public sealed class OtlpJsonSource(ScanInput input) : IEventSource
{
    private readonly JsonDocuments _requests = new(input);
    private readonly TelemetryBatch _batch = new();

    public bool TryRead(ByteBuffer payload)
    {
        payload.Clear();
        while (payload.Length == 0)
        {
            if (!_requests.TryRead(out var request)) return false;
            Read(request);
            foreach (var stream in _batch.Streams) stream.WriteTo(payload);
        }
        return true;
    }

    private void Read(ReadOnlySpan<byte> request)
    {
        var signal = ExportRequest.SignalOf(request) ?? throw new FileFormatException(
            $"request {_requests.Number}: an object with resourceLogs, resourceMetrics or resourceSpans is expected");
        try
        {
            TelemetryReader.Read(signal, OtlpEncoding.Json, request, 0, Redactor.Standard, _batch);
        }
        catch (OtlpFormatException e)
        {
            throw new FileFormatException($"request {_requests.Number}: {e.Message}");
        }
        // A file can be mended and scanned again; judged in part it would say less than it seems to.
        if (_batch.PartialSuccessMessage is { } problem) throw new FileFormatException($"request {_requests.Number}: {problem}");
    }
}
