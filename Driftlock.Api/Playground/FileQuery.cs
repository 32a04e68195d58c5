using Driftlock.Api.Errors;
using Driftlock.Telemetry.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Playground;

/// <summary>Query parameters that say what a body is that is a file.</summary>
/// <param name="Name">Of the file; it helps to tell CSV, and names the stream of its lines.</param>
/// <param name="Format">auto, text, ndjson, otlp-json or csv.</param>
public sealed record FileQuery(string? Name, string? Format)
{
    private const string ByDefault = "pasted";
    private const int LongestName = 200;

    /// <summary>With what stands in for those that are absent.</summary>
    public bool TryRead(out string name, out string format, out ProblemHttpResult? problem)
    {
        (name, format) = (string.IsNullOrEmpty(Name) ? ByDefault : Name, Format ?? IEventSource.Formats[0]);
        problem = name.Length > LongestName ? ApiProblem.Invalid("name", $"must have at most {LongestName} characters")
            : !IEventSource.Formats.Contains(format) ? ApiProblem.Invalid("format", "must be auto, text, ndjson, otlp-json or csv")
            : null;
        return problem is null;
    }
}
