using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>Clients of OTLP/gRPC that break off, lie about lengths, dawdle or speak something else; and the framing of those that do not.</summary>
[Collection(SharedApi.Name)]
public sealed class BrokenGrpcClientTests(ApiHost host)
{
    private static readonly byte[] Message = OtlpClient.Encode(Transport.Grpc, OtlpJson.Three(Signal.Logs));
    private static readonly byte[] Frame = GrpcCall.Frame(0, Message);

    [Fact]
    public async Task The_status_of_a_success_stands_in_the_trailers_after_an_empty_message()
    {
        var tenant = await host.AddTenantAsync();
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, Frame);
        Assert.Equal((true, 0), (call.StatusIsInTrailers, call.Status));
        Assert.Equal(new byte[5], call.Body);
    }

    public static TheoryData<string, byte[]> WrongFrames => new()
    {
        { "no prefix", [] },
        { "half a prefix", [0, 0, 0] },
        { "longer than what comes", GrpcCall.Frame(0, Message, (uint)Message.Length + 1) },
        { "shorter than what comes", GrpcCall.Frame(0, Message, (uint)Message.Length - 1) },
        { "4 GiB", GrpcCall.Frame(0, Message, uint.MaxValue) },
        { "a flag of 2", GrpcCall.Frame(2, Message) },
        { "two messages", [.. Frame, .. Frame] },
    };

    [Theory]
    [MemberData(nameof(WrongFrames))]
    public async Task A_frame_that_is_not_exactly_one_message_is_bad_data(string what, byte[] frame)
    {
        var tenant = await host.AddTenantAsync();
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame);
        Assert.True((200, Ways.InvalidArgument) == ((int)call.Http, call.Status), $"{what}: {call.Status} {call.Message}");
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_message_may_come_in_frames_of_one_byte_and_with_trailers_after_it()
    {
        var tenant = await host.AddTenantAsync();
        using var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc);
        await client.BeginExportAsync(tenant.Ingest);
        foreach (var one in Frame) await client.SendDataAsync([one], isLast: false);
        await client.SendTrailersAsync(("x-checksum", "none"));
        Assert.Equal(0, Http2Client.StatusIn(await client.ReadAsync()));
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public async Task A_call_that_is_cancelled_in_its_message_is_not_taken(int sent)
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc))
        {
            await client.BeginExportAsync(tenant.Ingest);
            await client.SendDataAsync(Frame[..sent], isLast: false);
            await client.CancelAsync();
            await NobodyNoticesAsync(tenant);
        }
    }

    [Fact]
    public async Task A_connection_that_is_reset_in_a_message_leaves_no_trace()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 10; i++)
        {
            using var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc);
            await client.BeginExportAsync(tenant.Ingest);
            await client.SendDataAsync(Frame[..(i * Frame.Length / 10)], isLast: false);
            client.ResetConnection();
        }
        await NobodyNoticesAsync(tenant);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_content_length_that_the_data_does_not_have_ends_the_call(int off)
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc))
        {
            await client.BeginExportAsync(tenant.Ingest, ("content-length", $"{Frame.Length + off}"));
            await client.SendDataAsync(Frame, isLast: true);
            var frames = await client.ReadAsync();
            // RFC 9113, 8.1.1: malformed. A reset of the stream, or an answer that refuses.
            Assert.True(frames.Exists(frame => frame.Type is Http2Client.Reset or Http2Client.GoAway) || Http2Client.StatusIn(frames) > 0);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_message_that_stops_coming_is_cut_off_and_may_be_sent_again()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc))
        {
            await client.BeginExportAsync(tenant.Ingest);
            await client.SendDataAsync(Frame[..10], isLast: false);
            // The connection ends without a status, which gRPC's clients take for UNAVAILABLE.
            Assert.Equal(-1, Http2Client.StatusIn(await client.ReadAsync()));
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_message_that_stops_coming_ends_with_the_callers_deadline()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await Http2Client.ConnectAsync(host.Api.OtlpGrpc))
        {
            await client.BeginExportAsync(tenant.Ingest, ("grpc-timeout", "100m"));
            await client.SendDataAsync(Frame[..10], isLast: false);
            Assert.Equal(Ways.DeadlineExceeded, Http2Client.StatusIn(await client.ReadAsync()));
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task HTTP_1_is_refused_on_the_port_of_gRPC()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpGrpc))
        {
            await client.SendAsync($"POST /v1/logs HTTP/1.1\r\nHost: driftlock\r\nContent-Length: {Message.Length}\r\n\r\n", Message);
            Assert.StartsWith("HTTP/1.1 400 ", await client.ReadAsync(), StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task GRPC_is_refused_on_a_port_of_HTTP_1()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            var head = $"POST {GrpcCall.LogsExport} HTTP/1.1\r\nHost: driftlock\r\nContent-Type: application/grpc\r\nAuthorization: Bearer {tenant.Ingest}\r\nContent-Length: {Frame.Length}\r\nConnection: close\r\n\r\n";
            await client.SendAsync(head, Frame);
            var answer = await client.ReadAsync();
            Assert.StartsWith("HTTP/1.1 426 ", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nUpgrade: HTTP/2\r\n", answer, StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task What_is_no_HTTP_at_all_ends_with_its_connection()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var port in (Uri[])[host.Api.OtlpGrpc, host.Api.OtlpHttp])
        {
            using var client = await RawClient.ConnectAsync(port);
            await client.SendAsync("\u0016\u0003\u0001", Encoding.ASCII.GetBytes(new string('?', 200) + "\r\n\r\n"));
            await client.ReadAsync();
        }
        await NobodyNoticesAsync(tenant);
    }

    /// <summary>Nothing is in the log, the service takes the next call, and no failure was written of.</summary>
    private async Task NobodyNoticesAsync(TestTenant tenant)
    {
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, Frame);
        Assert.Equal(0, call.Status);
        ApiLog.HoldsNoFailure(host.Api);
    }
}
