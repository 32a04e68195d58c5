using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Driftlock.Api.Playground;

/// <summary>Describes the body in the OpenAPI document. Metadata that names content types would refuse all others, and browsers give files many.</summary>
internal static class PlaygroundDocument
{
    private const string Example = "2026-01-02T03:04:05Z INFO order 1042 paid by card";

    public static Task DescribeFile(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "The file's bytes, of any content type.", Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = Example },
                ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        };
        return Task.CompletedTask;
    }
}
