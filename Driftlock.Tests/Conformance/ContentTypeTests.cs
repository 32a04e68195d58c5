using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "OTLP/HTTP Response": the type of the request decides that of the answer, and errors are a google.rpc.Status.</summary>
[Collection(SharedApi.Name)]
public sealed class ContentTypeTests(ApiHost host)
{
    [Theory]
    [InlineData(Transport.Json, "application/json; charset=utf-8")]
    [InlineData(Transport.Json, "Application/JSON")]
    [InlineData(Transport.Protobuf, "APPLICATION/X-PROTOBUF")]
    [InlineData(Transport.Grpc, "application/grpc+proto")]
    public async Task The_content_type_may_have_parameters_and_any_case(Transport transport, string contentType)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs));
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body, contentType: contentType)).IsFullSuccess(transport);
    }

    [Theory]
    [InlineData(Transport.Protobuf, "text/plain")]
    [InlineData(Transport.Protobuf, "application/octet-stream")]
    [InlineData(Transport.Protobuf, "application/protobuf")]
    [InlineData(Transport.Json, "application/x-www-form-urlencoded")]
    public async Task A_type_that_OTLP_does_not_know_is_415_and_both_right_ones_are_named(Transport transport, string contentType)
    {
        var tenant = await host.AddTenantAsync();
        foreach (var signal in Enum.GetValues<Signal>())
        {
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpClient.Encode(transport, OtlpJson.Three(signal)), signal, contentType: contentType);
            // The request is of neither type; JSON is the one that people can read.
            answer.IsRefused(Transport.Json, 415, Ways.InvalidArgument);
            Assert.Contains("application/x-protobuf or application/json", answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task What_is_not_gRPC_is_415_at_a_gRPC_method(string contentType)
    {
        var tenant = await host.AddTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Api.OtlpGrpc, GrpcCall.LogsExport))
        {
            Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(new byte[5]),
        };
        request.Headers.Authorization = new("Bearer", tenant.Ingest);
        request.Content.Headers.ContentType = new(contentType);
        using var client = new HttpClient();
        using var refused = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)refused.StatusCode);
        Assert.False(refused.Headers.Contains("grpc-status"));
    }

    [Theory]
    [InlineData("POST", "/v1/profiles", 404)]
    [InlineData("POST", "/v1development/profiles", 404)]
    [InlineData("GET", "/v1/logs", 405)]
    [InlineData("PUT", "/v1/traces", 405)]
    public async Task What_is_no_address_of_OTLP_is_refused_with_a_Status_too(string method, string path, int expected)
    {
        var tenant = await host.AddTenantAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Api.OtlpHttp, path));
        request.Headers.Authorization = new("Bearer", tenant.Ingest);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((expected, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Ways.Unimplemented, status.RootElement.GetProperty("code").GetInt32());
        Assert.Contains("/v1/traces", status.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")]
    [InlineData("/opentelemetry.proto.collector.logs.v1.LogsService/Import")]
    public async Task A_method_that_is_not_there_is_UNIMPLEMENTED(string path)
    {
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, path, (await host.AddTenantAsync()).Ingest, GrpcCall.Frame(0, []));
        Assert.Equal((200, Ways.Unimplemented), ((int)call.Http, call.Status));
        Assert.NotEmpty(call.Message);
    }
}
