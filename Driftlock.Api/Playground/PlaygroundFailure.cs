using System.Globalization;
using Driftlock.Api.Errors;
using Driftlock.Telemetry.Files;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Playground;

/// <summary>Why a file was not judged to its end: a problem of its own before the first line of the answer, the last line after it.</summary>
internal sealed record PlaygroundFailure(string Code, string Detail)
{
    /// <summary>Null when the failure is a defect, or nobody is there to hear of it.</summary>
    public static PlaygroundFailure? Of(Exception failure) => failure switch
    {
        FileFormatException => new("invalid_file", failure.Message),
        TooSlowException => new("too_slow", failure.Message),
        _ => null,
    };

    public ProblemHttpResult Problem() => ApiProblem.Of(ErrorCodes.All[Code].Status, Code, Detail);
}

/// <summary>A file took longer than it may.</summary>
public sealed class TooSlowException(TimeSpan patience)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"the file could not be read and judged in {patience.TotalSeconds:0.###} seconds; send a part of it"));
