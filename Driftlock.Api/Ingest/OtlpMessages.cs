using System.Globalization;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Api.Ingest;

/// <summary>
/// The two messages that OTLP answers with. Protobuf field numbers: opentelemetry-proto 1.11 Export*ServiceResponse
/// (partial_success = 1; rejected_* = 1, error_message = 2) and google.rpc.Status (code = 1, message = 2, details = 3).
/// </summary>
internal static class OtlpMessages
{
    private const byte Field1Message = 1 << 3 | 2;
    private const byte Field1Varint = 1 << 3;
    private const byte Field2Varint = 2 << 3;
    private const byte Field2Text = 2 << 3 | 2;
    private const byte Field3Message = 3 << 3 | 2;

    /// <summary>"If the request is fully accepted, partial_success MUST be left unset": no bytes at all.</summary>
    public static byte[] Response(IngestResult result)
    {
        if (result is { Rejected: 0, Message: null }) return [];
        var partial = new ByteBuffer(64);
        if (result.Rejected > 0)
        {
            partial.WriteByte(Field1Varint);
            partial.WriteVarint((ulong)result.Rejected);
        }
        WriteText(partial, result.Message);
        var response = new ByteBuffer(64);
        response.WriteByte(Field1Message);
        response.WriteBytes(partial.Written);
        return response.Written.ToArray();
    }

    public static byte[] ResponseJson(Signal signal, IngestResult result)
    {
        if (result is { Rejected: 0, Message: null }) return "{}"u8.ToArray();
        var rejected = signal switch
        {
            Signal.Logs => "rejectedLogRecords",
            Signal.Metrics => "rejectedDataPoints",
            _ => "rejectedSpans",
        };
        // 64-bit numbers are strings in ProtoJSON.
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, Dictionary<string, string>>
        {
            ["partialSuccess"] = new()
            {
                [rejected] = result.Rejected.ToString(CultureInfo.InvariantCulture),
                ["errorMessage"] = result.Message ?? "",
            },
        });
    }

    public static byte[] Status(GrpcStatus code, string message) => Begin(code, message).Written.ToArray();

    /// <summary>
    /// details: one google.protobuf.Any (type_url = 1, value = 2) of google.rpc.RetryInfo (retry_delay = 1), a Duration (seconds = 1,
    /// nanos = 2).
    /// </summary>
    public static byte[] StatusWithRetryInfo(GrpcStatus code, string message, TimeSpan delay)
    {
        var duration = new ByteBuffer(16);
        duration.WriteByte(Field1Varint);
        duration.WriteVarint((ulong)delay.Ticks / TimeSpan.TicksPerSecond);
        duration.WriteByte(Field2Varint);
        duration.WriteVarint((ulong)(delay.Ticks % TimeSpan.TicksPerSecond) * TimeSpan.NanosecondsPerTick);
        var retryInfo = new ByteBuffer(32);
        retryInfo.WriteByte(Field1Message);
        retryInfo.WriteBytes(duration.Written);
        var any = new ByteBuffer(96);
        any.WriteByte(Field1Message);
        any.WriteBytes("type.googleapis.com/google.rpc.RetryInfo"u8);
        any.WriteByte(Field2Text);
        any.WriteBytes(retryInfo.Written);
        var status = Begin(code, message);
        status.WriteByte(Field3Message);
        status.WriteBytes(any.Written);
        return status.Written.ToArray();
    }

    public static byte[] StatusJson(GrpcStatus code, string message) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["code"] = (int)code, ["message"] = message });

    private static ByteBuffer Begin(GrpcStatus code, string message)
    {
        var status = new ByteBuffer(64);
        status.WriteByte(Field1Varint);
        status.WriteVarint((ulong)code);
        WriteText(status, message);
        return status;
    }

    private static void WriteText(ByteBuffer target, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        target.WriteByte(Field2Text);
        target.WriteBytes(Encoding.UTF8.GetBytes(text));
    }
}

/// <summary>https://grpc.github.io/grpc/core/md_doc_statuscodes.html, those that are used.</summary>
public enum GrpcStatus
{
    Ok = 0,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
