using Microsoft.Extensions.Options;

namespace Driftlock.Web.Hosting;

/// <summary>Where this instance takes telemetry: as configured, else as service discovery has it, else the standard ports.</summary>
/// <param name="Api">Base of the REST API, without a slash at the end.</param>
/// <param name="OtlpHttp">OTLP over HTTP.</param>
/// <param name="OtlpGrpc">OTLP over gRPC.</param>
public sealed record SendAddresses(string Api, string OtlpHttp, string OtlpGrpc)
{
    internal static SendAddresses From(IConfiguration configuration, IOptions<WebSettings> settings) => new(
        Pick(settings.Value.PublicApiUrl, configuration, ["https", "http"], "http://localhost:5081"),
        Pick(settings.Value.PublicOtlpHttpUrl, configuration, ["otlp-http"], "http://localhost:4318"),
        Pick(settings.Value.PublicOtlpGrpcUrl, configuration, ["otlp-grpc"], "http://localhost:4317"));

    private static string Pick(Uri? configured, IConfiguration configuration, string[] endpoints, string otherwise) =>
        (configured?.ToString() ?? endpoints.Select(e => configuration[$"services:api:{e}:0"]).FirstOrDefault(a => a is not null) ?? otherwise)
        .TrimEnd('/');
}
