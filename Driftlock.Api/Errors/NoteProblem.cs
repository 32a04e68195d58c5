using Driftlock.Api.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Errors;

/// <summary>What is wrong with a text that people write for people: a note, a reason.</summary>
internal static class NoteProblem
{
    public const int Longest = 1_000;

    /// <returns>Null when the text can be kept.</returns>
    public static ProblemHttpResult? Of(string? text, string field, int longest = Longest) =>
        text?.Length > longest ? ApiProblem.Invalid(field, $"must have at most {longest} characters")
        : QueryWord.HasNul(text) ? ApiProblem.Invalid(field, QueryWord.NoNul)
        : null;
}
