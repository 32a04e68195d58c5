using Driftlock.Cbad;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Api.Playground;

/// <summary>What `driftlock scan` does, told line by line while it goes on.</summary>
internal sealed class PlaygroundScan(ScanInput input, EngineConfiguration configuration, long totalBytes, TimeProvider time, Action<byte[]> tell, CancellationToken stop)
{
    private const int MostAnomalies = 200;
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMilliseconds(100);

    private readonly FileScan _scan = new(configuration);
    private long? _lastProgress;

    private long Anomalies => _scan.Count(VerdictKind.Anomaly);

    /// <exception cref="FileFormatException">The file is not of its format, or holds no event.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(string format)
    {
        _scan.Run(new Watched(IEventSource.Of(format, input, Redactor.Standard), BeforeEachBlock), Found);
        if (_scan.Events == 0) throw new FileFormatException($"{input.Name}: holds no event");
        Progress();
        tell(PlaygroundLines.Summary(_scan, input, configuration.FalseDiscoveryRate, truncated: Anomalies > MostAnomalies));
    }

    private void BeforeEachBlock()
    {
        stop.ThrowIfCancellationRequested();
        // Nothing is said before the first events were read: until then a refusal can still have a status of its own.
        if (_scan.Events > 0 && (_lastProgress is not { } last || time.GetElapsedTime(last) >= BetweenProgress)) Progress();
    }

    private void Progress()
    {
        _lastProgress = time.GetTimestamp();
        tell(PlaygroundLines.Progress(Math.Min(input.Bytes, totalBytes), totalBytes, _scan.Events, _scan.Windows, Anomalies));
    }

    private void Found(Verdict verdict)
    {
        stop.ThrowIfCancellationRequested();
        if (Anomalies <= MostAnomalies) tell(PlaygroundLines.Anomaly(verdict));
    }

    private sealed class Watched(IEventSource source, Action beforeEach) : IEventSource
    {
        public bool TryRead(TelemetryBatch batch)
        {
            beforeEach();
            return source.TryRead(batch);
        }
    }
}
