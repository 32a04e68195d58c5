namespace Driftlock.Benchmarks.Load;

internal enum Transport
{
    Rest,
    OtlpHttp,
    OtlpGrpc,
}

/// <summary>One kind of request of a mix.</summary>
/// <param name="Name">As the table names it.</param>
/// <param name="Weight">Its part of a hundred.</param>
/// <param name="Path">Of the address, with the query.</param>
/// <param name="ContentType">Null for those that are read by GET.</param>
/// <param name="Body">Makes the next body; for gRPC the message without its frame.</param>
internal sealed record LoadRequest(string Name, int Weight, Transport Transport, string Path, string? ContentType = null, Func<byte[]>? Body = null)
{
    public const string Protobuf = "application/x-protobuf";

    public static LoadRequest Logs(string name, int weight, Transport transport, Func<byte[]> body) => transport == Transport.OtlpGrpc
        ? new LoadRequest(name, weight, transport, "/opentelemetry.proto.collector.logs.v1.LogsService/Export", "application/grpc", body)
        : new LoadRequest(name, weight, transport, "/v1/logs", Protobuf, body);
}
