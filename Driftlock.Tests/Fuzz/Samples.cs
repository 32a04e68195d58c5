using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Generate;
using Driftlock.Telemetry;
using Driftlock.Tests.Drift;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Resources;
using Driftlock.Tests.Sessions;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Fuzz;

/// <summary>Valid inputs of all kinds, small, by our own generators.</summary>
internal static class Samples
{
    private const ulong Start = 1_790_000_000_000_000_000;

    private static readonly Lazy<byte[][]> AllEvidence = new(() =>
    [
        .. Anomalies().Select(EvidenceJson.Write),
    ]);

    /// <summary>One request with every field that is read, and two as `driftlock generate` makes them.</summary>
    public static IEnumerable<byte[]> OtlpJson(Signal signal)
    {
        yield return Telemetry.FuzzTests.Seeds[(int)signal - 1];
        foreach (var (count, kind) in ((int, AnomalyKind)[])[(2, AnomalyKind.None), (7, AnomalyKind.Corruption)])
        {
            var plan = new AnomalyPlan(kind, count);
            var items = signal switch
            {
                Signal.Logs => new ShopLogs(3, Start, plan).Items(),
                Signal.Metrics => new ShopMetrics(3, Start, plan).Items(),
                _ => new ShopTraces(3, Start, plan).Items(),
            };
            yield return new RequestWriter(signal).Write([.. items]).ToArray();
        }
    }

    public static IEnumerable<byte[]> Otlp(Signal signal, OtlpEncoding encoding) =>
        OtlpJson(signal).Select(json => encoding == OtlpEncoding.Json ? json : OtlpTranscoder.ToProtobuf(json));

    /// <summary>Payloads of log entries: what the requests above become, and blocks long enough to be judged.</summary>
    public static IEnumerable<byte[]> Payloads()
    {
        foreach (var signal in (Signal[])[Signal.Logs, Signal.Metrics, Signal.Traces])
        {
            foreach (var json in OtlpJson(signal))
            {
                var batch = BatchText.Read(signal, OtlpEncoding.Json, json);
                var payload = new ByteBuffer();
                foreach (var stream in batch.Streams) stream.WriteTo(payload);
                yield return payload.Written.ToArray();
            }
        }
    }

    /// <summary>A bundle of each kind: log lines, metric, operation, trace, session, silence of a service and of a metric, drift, resource.</summary>
    public static byte[][] Evidence() => AllEvidence.Value;

    private static IEnumerable<Evidence> Anomalies()
    {
        yield return EvidenceTests.Sample.Value;
        yield return First(MetricStreamTests.Shifted.Value);
        yield return First(SpanStreamTests.Broken.Value.Where(verdict => verdict.Unit == JudgedUnit.Trace));
        yield return First(SpanStreamTests.Broken.Value.Where(verdict => verdict.Unit != JudgedUnit.Trace));
        yield return SessionEvidenceTests.Sample.Value;
        yield return First(SilenceTests.Run(300, 500, 40, false));
        yield return First(SilenceTests.Sendings(320, (sending, metric) => metric < 2 || sending < 300));
        yield return First(DriftTests.Slow.Value);
        yield return First(ResourceTests.Broken.Value);
    }

    private static Evidence First(IEnumerable<Verdict> verdicts) => verdicts.First(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
}
