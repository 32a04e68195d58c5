using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Errors;

/// <summary>RFC 9457 problem details with a stable <c>code</c>; the trace id is added for all of them in Program.</summary>
public static class ApiProblem
{
    public const string CodeKey = "code";

    public static ProblemHttpResult NotFound(string what) =>
        Of(StatusCodes.Status404NotFound, "not_found", $"no {what} with this id");

    public static ProblemHttpResult Conflict(string code, string detail) => Of(StatusCodes.Status409Conflict, code, detail);

    /// <param name="field">Name of the query parameter or JSON field.</param>
    /// <param name="message">What is wrong with it and what would be right.</param>
    public static ProblemHttpResult Invalid(string field, string message) =>
        TypedResults.Problem(
            detail: $"{field}: {message}", statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?>
            {
                [CodeKey] = "invalid_argument",
                ["errors"] = new Dictionary<string, string[]> { [field] = [message] },
            });

    public static ProblemHttpResult Of(int status, string code, string detail) =>
        TypedResults.Problem(
            detail: detail, statusCode: status, extensions: new Dictionary<string, object?> { [CodeKey] = code });

    /// <summary>As much long work is being done as may be at once.</summary>
    public static ProblemHttpResult Busy(HttpResponse response, TimeSpan retryAfter, string detail)
    {
        response.Headers.RetryAfter = retryAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return Of(StatusCodes.Status429TooManyRequests, "busy", detail);
    }

    /// <summary>Codes for problems that the framework writes by itself.</summary>
    public static string DefaultCode(int status) => status switch
    {
        400 => "invalid_argument",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        413 => "too_large",
        415 => "unsupported_media_type",
        429 => "rate_limited",
        503 => "unavailable",
        _ => "internal",
    };
}
