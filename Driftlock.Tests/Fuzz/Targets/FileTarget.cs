using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>A file as the playground and `driftlock scan` take it, format guessed or not: <see cref="FileFormatException"/> refuses it.</summary>
internal sealed class FileTarget(string format) : FuzzTarget
{
    public override string Name => $"file-{format}";

    public override int ShortRound => 1_000;

    public override int Share => 20;

    // An engine, the buffers of its input, and OTLP/JSON's batch; a JSON document for each line of NDJSON.
    public override long MostAllocated(int inputBytes) => (16 << 20) + (1024L * inputBytes);

    public override bool Takes(byte[] input)
    {
        try
        {
            using var file = new ScanInput("app.log", new MemoryStream(input));
            new FileScan(new EngineConfiguration()).Run(IEventSource.Of(format, file, Redactor.Standard), _ => { });
            return true;
        }
        catch (FileFormatException)
        {
            return false;
        }
        catch (InvalidDataException)
        {
            // It began as gzip does.
            return false;
        }
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, JsonMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() => format switch
    {
        "otlp-json" => ((Signal[])[Signal.Logs, Signal.Metrics, Signal.Traces]).SelectMany(Samples.OtlpJson),
        "ndjson" => [.. new PlainEventsTarget().Seeds.Where(seed => seed[0] == '{')],
        "csv" => [Encoding.UTF8.GetBytes("time,level,message\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"2026-01-02T03:04:{i:00}Z,warn,\"paid \"\"{i}\"\"\"\n")))],
        _ => [.. Samples.OtlpJson(Signal.Logs), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i => $"2026-01-02T03:04:{i:00}Z INFO order {i} paid\r\n")))],
    };
}
