using Driftlock.Api.Errors;
using Driftlock.Api.Idempotency;
using Driftlock.Api.Ingest;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using System.Text.Json.Nodes;

namespace Driftlock.Api.OpenApi;

/// <summary>Writes into the document how each operation can fail: by status, with every code, what it means and how it looks.</summary>
internal sealed class ErrorResponses : IOpenApiOperationTransformer
{
    private const string ProblemJson = "application/problem+json";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
        // OTLP has its own errors, and health has none.
        if (endpoint.OfType<OtlpRoute>().Any() || context.Description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) != true) return;
        var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken);
        operation.Responses ??= [];
        foreach (var status in CodesOf(operation, context, endpoint).Distinct().GroupBy(code => ErrorCodes.All[code].Status).OrderBy(group => group.Key))
        {
            operation.Responses[$"{status.Key}"] = new OpenApiResponse
            {
                Description = string.Join(" ", status.Select(code => $"`{code}`: {ErrorCodes.All[code].Text}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemJson] = new()
                    {
                        Schema = schema,
                        Examples = status.ToDictionary(code => code, IOpenApiExample (code) => new OpenApiExample { Summary = ErrorCodes.All[code].Text, Value = Example(code) }),
                    },
                },
            };
        }
    }

    private static IEnumerable<string> CodesOf(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> endpoint)
    {
        var isOpen = endpoint.OfType<IAllowAnonymous>().Any();
        var codes = isOpen ? ErrorCodes.OfEvery.Except(["unauthorized", "forbidden"]) : ErrorCodes.OfEvery;
        if (operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true) codes = codes.Append("invalid_argument");
        if (operation.RequestBody is not null) codes = codes.Append("unsupported_media_type");
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true) codes = codes.Append("not_found");
        if (!isOpen && IsIdempotent(context.Description.HttpMethod, endpoint)) codes = codes.Concat(ErrorCodes.OfEveryWrite);
        return codes.Concat(endpoint.OfType<ErrorCodes.FailsWithCodes>().SelectMany(own => own.Codes));
    }

    /// <summary>Writes whose repetition the middleware knows by its key.</summary>
    internal static bool IsIdempotent(string? method, IList<object> endpoint) => method != HttpMethods.Get && !endpoint.OfType<RecognisesRepetition>().Any();

    private static JsonObject Example(string code)
    {
        var (status, text) = ErrorCodes.All[code];
        var problem = new JsonObject
        {
            ["type"] = $"https://tools.ietf.org/html/rfc9110#section-15.{status / 100 + 1}",
            ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = text,
            ["code"] = code,
            ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        };
        if (code == "invalid_argument") problem["errors"] = new JsonObject { ["limit"] = new JsonArray("must be a whole number from 1 to 200") };
        return problem;
    }
}
