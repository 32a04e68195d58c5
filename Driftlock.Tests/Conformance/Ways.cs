using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>The ways in, three signals over three transports, and what an answer must be on each.</summary>
public static class Ways
{
    internal const int InvalidArgument = 3;
    internal const int DeadlineExceeded = 4;
    internal const int PermissionDenied = 7;
    internal const int ResourceExhausted = 8;
    internal const int Unimplemented = 12;
    internal const int Unavailable = 14;
    internal const int Unauthenticated = 16;

    public static TheoryData<Transport, Signal> All
    {
        get
        {
            var ways = new TheoryData<Transport, Signal>();
            foreach (var transport in Enum.GetValues<Transport>())
            {
                foreach (var signal in Enum.GetValues<Signal>()) ways.Add(transport, signal);
            }
            return ways;
        }
    }

    /// <summary>OTLP/HTTP: "the same Content-Type in the response as it received in the request".</summary>
    internal static string ContentType(Transport transport) => transport switch
    {
        Transport.Protobuf => "application/x-protobuf",
        Transport.Json => "application/json",
        _ => "application/grpc",
    };

    /// <summary>200 and a response message whose partial_success is not set.</summary>
    internal static void IsFullSuccess(this OtlpAnswer answer, Transport transport)
    {
        Assert.True(answer.IsSuccess, answer.ToString());
        Assert.Equal((0, "", ContentType(transport)), (answer.Rejected, answer.Message, answer.ContentType));
    }

    /// <summary>A refusal for good: a status that no sender retries, no time to come back, and words in the type of the request.</summary>
    internal static void IsRefused(this OtlpAnswer answer, Transport transport, int http, int grpc)
    {
        Assert.Equal((transport == Transport.Grpc ? 200 : http, grpc, null), (answer.Http, answer.Grpc, answer.RetryAfter));
        Assert.NotEmpty(answer.Message);
        Assert.Equal(ContentType(transport), answer.ContentType);
    }

    /// <summary>503 with Retry-After or UNAVAILABLE with RetryInfo, in the type of the request.</summary>
    internal static void AsksToComeBack(this OtlpAnswer answer, Transport transport)
    {
        Assert.Equal((transport == Transport.Grpc ? 200 : 503, Unavailable), (answer.Http, answer.Grpc));
        Assert.True(answer.RetryAfter > TimeSpan.Zero, answer.ToString());
        Assert.Equal(ContentType(transport), answer.ContentType);
    }
}
