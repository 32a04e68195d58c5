using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Driftlock.Api.Accounts;

/// <summary>What Identity refuses, in the form of the API.</summary>
internal static class UserProblem
{
    /// <param name="result">A failure.</param>
    /// <param name="passwordField">Where the new password stands in the request.</param>
    /// <param name="currentField">Where the password that proves who asks stands.</param>
    public static ProblemHttpResult Of(IdentityResult result, string passwordField = "password", string currentField = "password")
    {
        var error = result.Errors.First();
        return error.Code switch
        {
            nameof(IdentityErrorDescriber.PasswordMismatch) => ApiProblem.Invalid(currentField, "must be your password"),
            "password" => ApiProblem.Invalid(passwordField, error.Description),
            nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) => ApiProblem.Conflict("email_taken", "there is a user with this e-mail address"),
            nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) => ApiProblem.Invalid("email", "must be an e-mail address"),
            nameof(IdentityErrorDescriber.ConcurrencyFailure) => ApiProblem.Conflict("changed_meanwhile", "somebody changed this user meanwhile; try again"),
            _ => ApiProblem.Of(StatusCodes.Status400BadRequest, "invalid_argument", error.Description),
        };
    }
}
