using System.IO.Compression;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

public sealed class JsonAndProtobufTests
{
    [Fact]
    public void The_published_examples_read_the_same_from_json_and_protobuf()
    {
        var directory = DevelopmentData.Directory("otlp/opentelemetry-proto-examples");
        foreach (var file in Directory.GetFiles(directory, "*.json"))
        {
            var batch = ReadsTheSame(File.ReadAllBytes(file));
            Assert.True(batch.Accepted > 0, file);
            Assert.Equal(0, batch.Rejected);
        }
    }

    [Fact]
    public void Captures_of_a_running_shop_read_the_same_from_json_and_protobuf()
    {
        var directory = DevelopmentData.Directory("otlp/robotshop-otlp-json-capture");
        long accepted = 0;
        foreach (var file in Directory.GetFiles(directory, "*.gz"))
        {
            using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            for (var i = 0; i < 40 && lines.ReadLine() is { } line; i++) accepted += ReadsTheSame(Encoding.UTF8.GetBytes(line)).Accepted;
        }
        Assert.True(accepted > 1000, $"{accepted} items");
    }

    [Fact]
    public void Odd_bodies_and_severities_read_the_same_from_json_and_protobuf()
    {
        var directory = DevelopmentData.Directory("otlp/hyperdx-smoke");
        foreach (var file in Directory.GetFiles(directory, "input.json", SearchOption.AllDirectories)) ReadsTheSame(File.ReadAllBytes(file));
    }

    [Fact]
    public void Every_kind_of_metric_reads_the_same_from_json_and_protobuf()
    {
        var text = BatchText.Of(ReadsTheSame(Encoding.UTF8.GetBytes("""
            {"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[
              {"name":"up_down","sum":{"dataPoints":[{"timeUnixNano":"5","asInt":"-3"}],"aggregationTemporality":2}},
              {"name":"delta","sum":{"dataPoints":[{"timeUnixNano":"5","asDouble":0.5,"attributes":[{"key":"z","value":{"stringValue":"1"}},{"key":"a","value":{"intValue":"2"}}]}],"aggregationTemporality":1,"isMonotonic":true}},
              {"name":"h","unit":"s","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"6","count":"3","sum":4.5,"bucketCounts":["1","2"],"explicitBounds":[0.1],"max":4}]}},
              {"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"7","count":"6","sum":1,"scale":-2,"zeroCount":"1","positive":{"offset":-4,"bucketCounts":["2","1"]},"negative":{"offset":3,"bucketCounts":["2"]}}]}},
              {"name":"s","summary":{"dataPoints":[{"timeUnixNano":"8","count":"2","sum":3,"quantileValues":[{"quantile":0.5,"value":1.5}]}]}},
              {"name":"stale","gauge":{"dataPoints":[{"timeUnixNano":"9","flags":1}]}}
            ]}]}]}
            """)));
        Assert.Equal("""
            Metrics unknown_service / up_down [ ]
              5 1 <> <> // -3
            Metrics unknown_service / delta{a="2",z="1"} [ ]
              5 3 <> <> // 0.5
            Metrics unknown_service / h [ ]
              6 5 <s> <> // 3 4.5 NaN 4 0.1 1 2
            Metrics unknown_service / e [ ]
              7 6 <> <> // 6 1 NaN NaN -2 1 0 -4 2 2 1 3 2
            Metrics unknown_service / s [ ]
              8 8 <> <> // 2 3 NaN NaN 0.5 1.5
            accepted 5 rejected 0 without value 1
            """, text);
    }

    private static TelemetryBatch ReadsTheSame(byte[] json)
    {
        var start = Encoding.UTF8.GetString(json.AsSpan(0, Math.Min(json.Length, 200)));
        var signal = start.Contains("resourceLogs", StringComparison.Ordinal) ? Signal.Logs
            : start.Contains("resourceMetrics", StringComparison.Ordinal) ? Signal.Metrics : Signal.Traces;
        var fromJson = BatchText.Read(signal, OtlpEncoding.Json, json);
        var fromProtobuf = BatchText.Read(signal, OtlpEncoding.Protobuf, OtlpTranscoder.ToProtobuf(json));
        Assert.Equal(BatchText.Of(fromProtobuf), BatchText.Of(fromJson));
        return fromJson;
    }
}
