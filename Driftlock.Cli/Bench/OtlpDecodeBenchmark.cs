using System.Runtime.InteropServices;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Generate;
using Driftlock.Telemetry;

namespace Driftlock.Cli.Bench;

/// <summary>
/// Speed of reading OTLP logs in protobuf into redacted, encoded blocks, beside zstd -3 over the same bytes in the same run: a ratio that
/// means the same on any machine. One thread; the best of the rounds, since other work on the machine only ever slows one down.
/// </summary>
internal static partial class OtlpDecodeBenchmark
{
    private const int Records = 20_000;
    private const int RecordsARequest = 1_000;
    private const int Rounds = 40;

    internal sealed record Result(double RecordsPerSecond, double MegabytesPerSecond, double JsonMegabytesPerSecond, double ZstdMegabytesPerSecond)
    {
        public double RatioZstd3 => MegabytesPerSecond / ZstdMegabytesPerSecond;
    }

    public static Result Run()
    {
        var json = Requests(Records, 1_767_600_000_000_000_000, RecordsARequest);
        var requests = json.ConvertAll(ToProtobuf);
        double bytes = requests.Sum(request => request.Length);
        var batch = new TelemetryBatch();
        var decode = Measure(() => requests.ForEach(request => Read(OtlpEncoding.Protobuf, request, batch)));
        var decodeJson = Measure(() => json.ForEach(request => Read(OtlpEncoding.Json, request, batch)));
        var context = ZSTD_createCCtx();
        var target = new byte[(int)ZSTD_compressBound((nuint)requests.Max(request => request.Length))];
        var zstd = Measure(() => requests.ForEach(request => Compress(context, target, request)));
        _ = ZSTD_freeCCtx(context);
        return new Result(Records / decode, bytes / decode / 1e6, json.Sum(request => (double)request.Length) / decodeJson / 1e6, bytes / zstd / 1e6);
    }

    private static void Read(OtlpEncoding encoding, byte[] request, TelemetryBatch batch) =>
        TelemetryReader.Read(Signal.Logs, encoding, request, 1, Redactor.Standard, batch);

    private static void Compress(nint context, byte[] target, byte[] request)
    {
        var written = ZSTD_compressCCtx(context, target, (nuint)target.Length, request, (nuint)request.Length, 3);
        if (written > (nuint)target.Length) throw new InvalidDataException("zstd failed");
    }

    /// <summary>OTLP/HTTP protobuf bodies of as many ordinary log records each.</summary>
    internal static List<byte[]> ProtobufRequests(int records, ulong startUnixNano, int recordsARequest = RecordsARequest) =>
        Requests(records, startUnixNano, recordsARequest).ConvertAll(ToProtobuf);

    private static List<byte[]> Requests(int records, ulong startUnixNano, int recordsARequest)
    {
        var writer = new RequestWriter(Signal.Logs);
        return new ShopLogs(seed: 7, startUnixNano, new AnomalyPlan(AnomalyKind.None, records)).Items()
            .Chunk(recordsARequest).Select(items => writer.Write(items).ToArray()).ToList();
    }

    private static byte[] ToProtobuf(byte[] json)
    {
        var (batch, writer) = (new TelemetryBatch(), new OtlpLogWriter());
        TelemetryReader.Read(Signal.Logs, OtlpEncoding.Json, json, 1, Redactor.None, batch);
        foreach (var stream in batch.Streams) writer.Append(stream);
        return writer.Request.ToArray();
    }

    private static double Measure(Action round)
    {
        // The compiler replaces slow code by fast in the first rounds.
        for (var i = 0; i < 5; i++) round();
        var best = double.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            round();
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    [LibraryImport("libzstd.so.1")]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_compressBound(nuint length);

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_compressCCtx(nint context, byte[] target, nuint capacity, byte[] source, nuint length, int level);
}
