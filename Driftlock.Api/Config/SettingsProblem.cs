using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Config;

/// <summary>What is wrong with settings, in the form of the API.</summary>
internal static class SettingsProblem
{
    /// <summary>The engine's messages begin with the key.</summary>
    public static ProblemHttpResult Of(FormatException failure)
    {
        var end = failure.Message.IndexOfAny([' ', ':', '.', '[']);
        var key = end < 0 ? "settings" : failure.Message[..end];
        return ApiProblem.Invalid(key, failure.Message[(end < 0 ? 0 : end)..].TrimStart(' ', ':'));
    }

    public static ProblemHttpResult Changed(string conflict) => ApiProblem.Conflict("changed_meanwhile", conflict);
}
