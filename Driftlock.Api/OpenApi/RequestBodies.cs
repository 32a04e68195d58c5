using Driftlock.Api.Idempotency;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Driftlock.Api.OpenApi;

/// <summary>Puts the example of each body into the document, and the Idempotency-Key that every write takes.</summary>
internal sealed class RequestBodies : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (method, path) = (context.Description.HttpMethod ?? "", $"/{context.Description.RelativePath}");
        if (operation.RequestBody?.Content is { } bodies && RequestExamples.Of(method, path) is { } example)
        {
            foreach (var body in bodies.Values.OfType<OpenApiMediaType>()) body.Example = example;
        }
        if (path.StartsWith("/api/", StringComparison.Ordinal) && method != HttpMethods.Get)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = IdempotencyMiddleware.Header, In = ParameterLocation.Header,
                Description = "Of the caller's choice: a write that is sent again under it is done once, and gets the first answer again for 24 hours.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyMiddleware.LongestKey },
            });
        }
        return Task.CompletedTask;
    }
}
