using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Components.Parts;

/// <summary>Why a change did not happen, and what to do about it, in a sentence or two.</summary>
internal static class ChangeWords
{
    public static string Failed(ApiProblem problem) => problem.Kind switch
    {
        ApiProblemKind.NotAllowed => "Your role does not cover this change. An admin's does.",
        ApiProblemKind.KeyRefused => "Your session is no longer accepted. Sign out and in again; nothing was changed.",
        ApiProblemKind.Conflict when problem.Detail.Length > 0 => $"Nothing was changed: {Sentence(problem.Detail)}",
        ApiProblemKind.Conflict => "It was changed by somebody else meanwhile, so nothing was done. Look at it as it is now, and decide again.",
        ApiProblemKind.NotFound => "It is not there any more.",
        ApiProblemKind.Rejected when problem.Detail.Length > 0 => $"Not accepted: {Sentence(problem.Detail)}",
        ApiProblemKind.TooMany => $"Not now: {Sentence(problem.Detail.Length > 0 ? problem.Detail : "too much is being asked at once; try again in a moment")}",
        ApiProblemKind.TooSlow => "The Api took too long. Whether it was done is not known; look before you try again.",
        _ => "The Api did not answer as it should. Nothing is known to have changed; trying again is safe.",
    };

    private static string Sentence(string detail) => detail.EndsWith('.') ? detail : detail + ".";
}
