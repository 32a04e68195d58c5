using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Api;

/// <summary>Reads grpc-status-details-bin: google.rpc.Status {details = 3: Any {type_url = 1, value = 2: RetryInfo {retry_delay = 1: Duration}}}.</summary>
internal static class GrpcRetryInfo
{
    /// <returns>Null when there are no details; any that are not exactly one RetryInfo fail the test.</returns>
    public static TimeSpan? Delay(string? details)
    {
        if (details is null) return null;
        var any = Fields(Assert.Single(Fields(Convert.FromBase64String(details)), field => field.Number == 3).Bytes);
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", Encoding.ASCII.GetString(any.Single(field => field.Number == 1).Bytes));
        var retryInfo = Fields(any.Single(field => field.Number == 2).Bytes);
        var duration = Fields(Assert.Single(retryInfo).Bytes);
        return TimeSpan.FromSeconds(Number(duration, 1)) + TimeSpan.FromMicroseconds(Number(duration, 2) / 1000.0);
    }

    private static long Number(List<(int Number, long Value, byte[] Bytes)> fields, int number) =>
        fields.Where(field => field.Number == number).Sum(field => field.Value);

    private static List<(int Number, long Value, byte[] Bytes)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, long, byte[])>();
        while (!message.IsEmpty)
        {
            var tag = (int)Varint.Read(ref message);
            if ((tag & 7) == 0) fields.Add((tag >> 3, (long)Varint.Read(ref message), []));
            else fields.Add((tag >> 3, 0, Varint.ReadBytes(ref message).ToArray()));
        }
        return fields;
    }
}
