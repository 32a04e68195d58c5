using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Driftlock.Tests.Fuzz.Targets;

namespace Driftlock.Tests.Fuzz;

/// <summary>Everything that reads foreign bytes. New ones each time: targets keep what they read last, and rounds run side by side.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All =>
    [
        new OtlpTarget(Signal.Logs, OtlpEncoding.Protobuf), new OtlpTarget(Signal.Metrics, OtlpEncoding.Protobuf), new OtlpTarget(Signal.Traces, OtlpEncoding.Protobuf),
        new OtlpTarget(Signal.Logs, OtlpEncoding.Json), new OtlpTarget(Signal.Metrics, OtlpEncoding.Json), new OtlpTarget(Signal.Traces, OtlpEncoding.Json),
        new PlainEventsTarget(), new GzipTarget(), new GrpcFrameTarget(), new EventBlockTarget(), new EventPayloadTarget(), new EngineTarget(),
        new SnapshotTarget(), new BudgetsTarget(), new ConfigurationTarget(), new EvidenceTarget(), new ChainTarget(),
        new ListFilterTarget("anomalies"), new ListFilterTarget("streams"), new ListFilterTarget("audit"), new SealedTarget(),
        new FileTarget("auto"), new FileTarget("ndjson"), new FileTarget("csv"), new FileTarget("otlp-json"),
    ];
}
