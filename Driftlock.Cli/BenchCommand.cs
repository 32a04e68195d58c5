using System.CommandLine;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Cli.Bench;
using Driftlock.Cli.Eval;

namespace Driftlock.Cli;

/// <summary>The engine's speed as a ratio to codecs on the same bytes in the same run, so that the machine cancels out.</summary>
internal static class BenchCommand
{
    private const int SampleLines = 100_000;
    private const int Repeats = 5;
    private const double LeastSeconds = 1.5;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Directory with *.log[.gz] to run on instead of the made-up log." };
        var endpoint = new Option<string?>("--endpoint")
        {
            Description = "OTLP/HTTP address of a running Driftlock (http://localhost:4318): measures ingest and the time to a verdict too.",
        };
        var api = new Option<string>("--api") { Description = "Its REST address.", DefaultValueFactory = _ => "http://localhost:5081" };
        var key = new Option<string?>("--api-key") { Description = "An admin key." };
        var asJson = new Option<bool>("--json") { Description = "One JSON object without white space." };
        var command = new Command("bench", "Measures speed against zstd -3 and brotli -1 on the same bytes.") { data, endpoint, api, key, asJson };
        command.SetAction((parsed, cancellationToken) => GuardedAsync.RunAsync(async () =>
        {
            // The server first: while the engine is measured, it rests.
            var server = parsed.GetValue(endpoint) is { } address
                ? await ServerBenchmark.RunAsync(address, parsed.GetValue(api)!, parsed.GetValue(key), cancellationToken)
                : null;
            return Run(parsed.GetValue(data), parsed.GetValue(asJson), server);
        }));
        return command;
    }

    private static int Run(string? data, bool asJson, ServerBenchmark.Result? server)
    {
        IReadOnlyList<byte[][]> logs = data is null ? [SampleLog.Make(SampleLines, 1)] : [.. LabelledLog.ReadAll(data).Select(log => log.Lines)];
        var bytes = logs.Sum(log => log.Sum(line => line.Length + 1L));
        var events = logs.Sum(log => (long)log.Length);
        var blocks = logs.Select(Encode).ToList();
        long stateBytes = 0;
        var engine = Fastest(() => stateBytes = blocks.Max(Score));
        var texts = logs.Select(log => log.SelectMany(line => line.Append((byte)'\n')).ToArray()).ToList();
        var target = new byte[texts.Max(text => BrotliEncoder.GetMaxCompressedLength(text.Length)) + 1024];
        var brotli = Fastest(() => texts.ForEach(text => BrotliEncoder.TryCompress(text, target, out _, quality: 1, window: 22)));
        double? zstd = Zstandard.IsPresent ? Fastest(() => texts.ForEach(text => Zstandard.Compress(text, target, 3))) : null;
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = !asJson }))
        {
            json.WriteStartObject();
            if (zstd is { } seconds) json.WriteNumber("scoreRatioZstd3", Math.Round(seconds / engine, 4));
            else json.WriteNull("scoreRatioZstd3");
            json.WriteNumber("scoreRatioBrotli1", Math.Round(brotli / engine, 4));
            json.WriteNumber("nsPerEvent", Math.Round(engine * 1e9 / events, 1));
            json.WriteNumber("bytesPerStream", stateBytes);
            json.WriteNumber("maxBytesPerStream", PartitionEngine.MaxStreamBytes);
            json.WriteNumber("engineMegabytesPerSecond", Math.Round(bytes / 1e6 / engine, 1));
            json.WriteNumber("events", events);
            json.WriteNumber("megabytes", Math.Round(bytes / 1e6, 3));
            WriteSeries(json, SeriesBenchmark.Run());
            WriteOrNull(json, "otlpDecodeRatioZstd3", Zstandard.IsPresent ? OtlpDecodeBenchmark.Run().RatioZstd3 : null, 3);
            WriteOrNull(json, "ingestRecordsPerSecond", server?.RecordsPerSecond, 0);
            WriteOrNull(json, "verdictLatencyP95Ms", server?.VerdictP95Ms, 1);
            WriteOrNull(json, "verdictLatencyP50Ms", server?.VerdictP50Ms, 1);
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
        if (zstd is null) Console.Error.WriteLine("driftlock: libzstd.so.1 was not found, so there is no ratio to zstd (on Debian: apt-get install libzstd1)");
        return ExitCodes.Done;
    }

    private static void WriteSeries(Utf8JsonWriter json, SeriesBenchmark.Result series)
    {
        json.WriteNumber("bytesPerSeries", series.BytesPerSeries);
        json.WriteNumber("maxBytesPerSeries", SeriesModel.MaxBytes);
        json.WriteNumber("bytesPerMetricStream", series.BytesPerMetricStream);
        json.WriteNumber("nsPerPoint", Math.Round(series.NsPerPoint, 1));
        json.WriteNumber("nsPerPointTenThousandSeries", Math.Round(series.NsPerPointMany, 1));
        json.WriteNumber("nsPerPointEngine", Math.Round(series.NsPerPointEngine, 1));
        json.WriteNumber("nsPerPointEngineTenThousandSeries", Math.Round(series.NsPerPointEngineMany, 1));
        json.WriteNumber("coreShareTenThousandSeries", Math.Round(SeriesBenchmark.CoreShare(series.NsPerPointEngineMany), 5));
        json.WriteNumber("coreShareTenThousandSeriesModel", Math.Round(SeriesBenchmark.CoreShare(series.NsPerPointMany), 5));
    }

    private static void WriteOrNull(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, digits));
        else json.WriteNull(name);
    }

    private static List<byte[]> Encode(byte[][] log)
    {
        const int EventsPerBlock = 512;
        var blocks = new List<byte[]>();
        var writer = new EventWriter();
        var payload = new ByteBuffer();
        foreach (var chunk in log.Chunk(EventsPerBlock))
        {
            writer.Clear();
            payload.Clear();
            foreach (var line in chunk)
            {
                writer.Begin(0, 0, default, line);
                writer.End();
            }
            EventBlock.Write(payload, Signal.Logs, "bench"u8, "bench"u8, default, 0, writer.Written, writer.EventCount);
            blocks.Add(payload.Written.ToArray());
        }
        return blocks;
    }

    // Everything a decision needs: model, statistics, calibration, budget, and evidence where a window is flagged. Cold start included.
    private static long Score(List<byte[]> blocks)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        long offset = 0;
        foreach (var bytes in blocks)
        {
            ReadOnlySpan<byte> rest = bytes;
            EventBlock.TryRead(ref rest, out var block);
            engine.Observe(0, block, new LogPosition(0, offset++), offset, verdicts);
            verdicts.Clear();
        }
        return engine.ChangedStreams.Max(stream => engine.Progress(stream).StateBytes);
    }

    private static double Fastest(Action run)
    {
        var best = double.MaxValue;
        var all = Stopwatch.StartNew();
        for (var i = 0; i < Repeats || all.Elapsed.TotalSeconds < LeastSeconds; i++)
        {
            var clock = Stopwatch.StartNew();
            run();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return best;
    }
}
