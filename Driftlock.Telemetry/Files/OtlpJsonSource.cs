using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Files;

/// <summary>
/// OTLP/JSON export requests, one after another, on a line each (as the Collector's file exporter writes them) or over several. Sorted
/// into streams and redacted as the server does it, so that both find the same.
/// </summary>
public sealed class OtlpJsonSource(ScanInput input, long receivedUnixNano) : IEventSource
{
    private readonly JsonDocuments _requests = new(input);

    public bool TryRead(TelemetryBatch batch)
    {
        do
        {
            if (!_requests.TryRead(out var request))
            {
                batch.Reset(Signal.Logs, receivedUnixNano, Redactor.Standard);
                return false;
            }
            Read(request, batch);
        }
        while (batch.Accepted == 0);
        return true;
    }

    private void Read(ReadOnlySpan<byte> request, TelemetryBatch batch)
    {
        var signal = ExportRequest.SignalOf(request) ?? throw new FileFormatException(
            $"request {_requests.Number}: an object with resourceLogs, resourceMetrics or resourceSpans is expected");
        try
        {
            TelemetryReader.Read(signal, OtlpEncoding.Json, request, receivedUnixNano, Redactor.Standard, batch);
        }
        catch (OtlpFormatException e)
        {
            throw new FileFormatException($"request {_requests.Number}: {e.Message}");
        }
        // A file can be mended and scanned again; judged in part it would say less than it seems to.
        if (batch.PartialSuccessMessage is { } problem) throw new FileFormatException($"request {_requests.Number}: {problem}");
    }
}
