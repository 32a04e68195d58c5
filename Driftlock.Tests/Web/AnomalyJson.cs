using System.Text.Json;
using Driftlock.Web.ApiClient;

namespace Driftlock.Tests.Web;

/// <summary>An anomaly in the JSON that the Api sends, read as the dashboard reads it.</summary>
internal static class AnomalyJson
{
    public const string Id = "2-105466-0";

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static AnomalyDetail Detail(string text = "disk failed", string tokens = """[{"start":5,"length":6,"bits":21.5}]""", string status = "open") =>
        JsonSerializer.Deserialize<AnomalyDetail>(Text(text, tokens, status), Options)!;

    public static string Text(string text, string tokens, string status) => $$"""
        {
          "id": "{{Id}}", "streamId": "00d1f7a0c5b3e921", "signal": "logs", "service": "storage", "stream": "raid", "severity": "high",
          "status": "{{status}}", "score": 71, "pValue": 0.00012, "excessBits": 182.4, "affectedShare": 0.02, "why": "One line of three is new.",
          "costliestLine": {{JsonSerializer.Serialize(text)}}, "eventCount": 3, "firstEventTime": "2026-03-01T03:12:00Z",
          "lastEventTime": "2026-03-01T03:12:09Z", "detectedAt": "2026-03-01T03:12:10Z", "sequence": 41, "aFieldOfTomorrow": [1],
          "explanation": {
            "why": "One line of three is new.", "severity": "high", "score": 71, "excessBits": 182.4, "totalBits": 210, "affectedShare": 0.02,
            "lines": [
              {"index": 0, "event": 900, "timeUnixNano": "1772334720000000000", "severity": "INFO", "text": "disk fine", "bits": 4, "expectedBits": 8, "isNew": false, "tokens": [], "expected": []},
              {"index": 1, "event": 901, "timeUnixNano": "1772334725000000000", "severity": "ERROR", "text": {{JsonSerializer.Serialize(text)}}, "bits": 40, "expectedBits": 10, "isNew": true,
               "tokens": {{tokens}}, "expected": [{"text": "disk fine", "share": 0.93}]},
              {"index": 2, "event": 902, "timeUnixNano": "1772334729000000000", "severity": null, "text": "disk fine", "bits": 20, "expectedBits": 8, "isNew": false, "tokens": [], "expected": []}
            ],
            "costliest": [1],
            "nearestNormals": [{"firstEvent": 300, "distance": 0.21, "lines": ["disk fine", "disk fine"]}],
            "compression": {"codec": "brotli", "codecVersion": "1.1.0", "quality": 5, "ncd": 0.871, "ncdNormal": 0.792, "conditionalNovelty": 0.64, "deltaBits": 96,
              "ratioWindow": 5.1, "ratioBaseline": 7.9, "bytesBaseline": 1204, "bytesWindow": 611, "bytesBoth": 1602, "permutations": 999, "permutationPValue": 0.012, "seed": "1f"}
          },
          "calibration": {"pValue": 0.00012, "dispersion": 1, "windows": 412, "extrapolated": true,
            "statistics": [{"name": "content", "label": "Bits of the message", "value": 182.4, "pValue": 0.0001, "weight": 0.6, "scores": [96, 40, 12.5], "count": 412}]},
          "budget": {"procedure": "e-lond-epochs", "level": 0.05, "epoch": 256, "testsBefore": 1240, "rejectionsBefore": 3, "testsAfter": 1241, "rejectionsAfter": 4,
            "threshold": 1280, "eValue": 8320, "rejected": true},
          "notes": null, "statusChangedAt": null, "statusChangedBy": null, "evidenceHash": "ab12", "related": []
        }
        """;
}
